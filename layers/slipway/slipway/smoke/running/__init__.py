"""Running a suite: its context, its state, its requests, and the order of its steps."""
