"""A candidate becomes a release that moves. In: candidates, pipeline events, jobs. Out: releases in the ledger."""
