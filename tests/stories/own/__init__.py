"""The story of Slipway's own pipeline: one rehearsal, looked at and gone on with by the files here in their order."""
