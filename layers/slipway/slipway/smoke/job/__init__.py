"""One smoke test as a resumable job: run, checkpoint, lease."""
