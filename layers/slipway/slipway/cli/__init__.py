"""The command `slipway`; `python -m slipway.cli` is the same."""
