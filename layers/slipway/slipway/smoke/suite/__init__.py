"""Suites and golden sets as their authors write them.

In: the bytes of a suite.yaml and the files beside it (`reading`, `golden_set`). Out: a `definition.Suite`, or every
mistake as a sentence with its line. Called by preflight (uploads/validation), the build (assembly), the smoke
test's job, and `slipway smoke check`.

`yaml_document` reads YAML as values that know their lines (`yaml_values`, within `yaml_limits`), `validation` holds
them against suite.schema.json (with `formats` for what a schema cannot say), and `conversion` makes the definition of
what is valid.
"""
