"""PyTorch files, where they are allowed: a zip with a pickle inside, or a pickle as of old."""

from __future__ import annotations

from slipway.models.text import damaged
from slipway.uploads.validation import archives, pickles
from slipway.uploads.validation.ranged import Ranged


def problems(name: str, source: Ranged) -> list[str]:
    """Say why a file is not PyTorch's; that a zip is whole is seen elsewhere."""
    if not archives.is_archive(source):
        return [] if pickles.is_pickle(source.head(pickles.HEAD)) else [damaged(name, "is no PyTorch file")]
    there = archives.names(source)
    whole = not there or any(member.rsplit("/", 1)[-1] in ("data.pkl", "constants.pkl") for member in there)
    return [] if whole else [damaged(name, "is a zip without data.pkl, so PyTorch did not write it")]
