"""Decides about releases: who may vote, what the votes come to, and how CodePipeline is told.

In: ballots from `web`, events of the pipeline, the time. Out: changes of the ledger and CodePipeline's approval result.
Called by `functions/web` and `take_answer` (votes, rollback), `record_progress` (newer releases) and `sweep`.
"""
