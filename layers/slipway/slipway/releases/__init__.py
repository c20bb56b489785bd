"""A candidate becomes a release that moves through its states. In: candidates and pipeline events. Out: releases."""
