"""The review page: evidence, votes, and the form that takes an answer."""
