"""Slipway around an existing pipeline.

In: the pipeline's definition, its events, what its build reads. Out: tested releases, answered approvals, a verified
production.
"""
