"""Whether an upload is fit: in come the exact versions of its files, out comes a sentence for every problem.

Called by `uploads.receive` alone, through `inspection.inspect`, before anything is built. Only what the service
declares gets in: a file is known by its name (`accepted`), everything else is refused by name, and what is known must
be readable as what it claims to be. So nothing depends on a list of dangerous things.

- `inspection` looks at the whole upload: its name, its paths, each of its files,
- `formats` says which reader takes a file; each reader has `problems(name, source) -> list[str]`, where an empty list
  means that the file is whole, of its format, and runs no code,
- `keras_layers`, `tensorflow_ops` and `tflite` list what is known to run no code inside those formats,
- `companions` reads what people write beside the model, with `yaml_documents`, `model_card`, `labels` and `suites`.

Files are read by ranges (`ranged`), within a budget that no file can exceed. Readers raise Truncated, Malformed or
Exhausted for bytes that they cannot follow, and `formats.problems` puts that into words.
"""
