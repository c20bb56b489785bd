"""The pages that personal links open: the review of a release, and the history."""
