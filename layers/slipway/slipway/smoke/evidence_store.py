"""Storing evidence so that whoever reads it can tell whether it is what the smoke test found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from slipway.errors import EvidenceChanged, EvidenceUnreadable
from slipway.models import Release, SmokeSummary
from slipway.ports import Bucket
from slipway.smoke.evidence import Evidence, key_of

_TYPES = {".json": "application/json", ".xml": "application/xml", ".html": "text/html; charset=utf-8"}
_LARGEST = 16 * 1024**2  # bytes that are read
_SHOWN = 5 * 1024**2  # bytes that are shown: a function URL gives at most six million

type ReportChange = Callable[[str], None]  # logs a sentence, and raises an alarm


@dataclass(frozen=True, slots=True)
class EvidenceStore:
    """Evidence in the model bucket; `report_change` is told of evidence that is not what was stored."""

    bucket: Bucket
    report_change: ReportChange

    def write(self, evidence: Evidence) -> SmokeSummary:
        """Store evidence as JSON, HTML and JUnit XML; return its summary, with the digest of the JSON."""
        from slipway.smoke import report  # reading needs only a part of it

        files, versions = report.files(evidence), {}
        for suffix, content in files.items():
            key = key_of(evidence.release, evidence.target, suffix)
            versions[suffix] = self.bucket.write(key, content, _TYPES[suffix])
        return replace(report.summary(evidence), digest=_digest(files[".json"]), page_version=versions[".html"])

    def verify(self, summary: SmokeSummary) -> str:
        """Return evidence as JSON text.

        Raises EvidenceUnreadable without a digest, EvidenceChanged with another one.
        """
        if not summary.digest:
            raise EvidenceUnreadable("The ledger has no digest of the evidence: run the smoke test again.")
        text = self.bucket.text(summary.evidence, _LARGEST)
        if _digest(text.encode()) != summary.digest:
            self.report_change(f"{summary.evidence} is not the evidence that the smoke test stored.")
            raise EvidenceChanged("The evidence was changed after the test: run the smoke test again.")
        return text

    def read(self, release: Release, target: str = "staging") -> Evidence:
        """Return the evidence of a release's smoke test, or raise EvidenceUnreadable."""
        from slipway.smoke.report.evidence_json import evidence_of

        if target not in release.smoke:
            raise EvidenceUnreadable(f"{release.id} was not tested on {target}.")
        text = self.verify(release.smoke[target])
        try:
            return evidence_of(json.loads(text[:_SHOWN]))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise EvidenceUnreadable("The evidence cannot be read: run the smoke test again.") from error


def _digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
