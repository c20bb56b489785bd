"""The result of a smoke test, as far as the ledger stores it."""

from __future__ import annotations

from dataclasses import dataclass, field

from slipway.models.states import Verdict


@dataclass(frozen=True, slots=True)
class SmokeSummary:
    """A smoke test's result, as far as the ledger stores it.

    `evidence` is its key in the model bucket, `digest` the SHA-256 of that object, `page_version` the version of the
    page beside it. What was tested is pinned by `version`, the label that ran in the environment, by `image`, which
    names a digest, and by `artifacts`, the SHA-256 of the pipeline's artifacts by name.
    `loosened` says what the uploader's suite took from the suite of record.
    Accuracies are shares, `p95` is in milliseconds, `changed` counts predictions, `replayed` sampled requests
    of production that were compared, and `replayed_changed` those of them that changed; None is what was not measured.
    """

    verdict: Verdict
    passed: int
    failed: int
    inconclusive: int
    seconds: float
    evidence: str
    version: str = ""
    accuracy: float | None = None
    production_accuracy: float | None = None
    p95: float | None = None
    production_p95: float | None = None
    changed: int | None = None
    replayed: int | None = None
    replayed_changed: int | None = None
    digest: str = ""
    page_version: str = ""
    image: str = ""
    artifacts: dict[str, str] = field(default_factory=dict)
    loosened: tuple[str, ...] = ()
