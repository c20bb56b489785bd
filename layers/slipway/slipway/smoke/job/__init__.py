"""The pipeline's smoke test job, which several invocations may share."""
