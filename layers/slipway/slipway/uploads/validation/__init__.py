"""Whether an upload is fit: in come the exact versions of its files, out comes a sentence for every problem.

Called by `uploads.receive` alone, through `inspection.inspect`, before anything is built. Files are read by ranges
(`ranged`), within a budget that no file can exceed. Nothing here raises for what an uploader wrote: whatever is
unreadable is a problem, with the file's name and the cure in one sentence.

- `inspection` looks at the whole upload: name, size, paths, and whether model, labels, card and suite agree,
- `formats` picks the reader of one file by its suffix; each reader (`onnx`, `hdf5`, `keras`, `saved_models`, `tflite`,
  `safetensors`, `archives`, `arrays`, `pickles`, `torch`) has `problems(name, source) -> list[str]`,
- `yaml_documents`, `model_card`, `labels` and `suites` read what people write beside the model.
"""
