"""Evidence as others read it: a JSON document, JUnit XML, one HTML page, and the few words of the ledger."""

import json

from slipway.smoke.evidence import Evidence
from slipway.smoke.report.evidence_json import document, evidence_of
from slipway.smoke.report.junit import junit
from slipway.smoke.report.page import page
from slipway.smoke.report.summary import sentence, summary

__all__ = ["document", "evidence_of", "files", "junit", "page", "sentence", "summary"]


def files(evidence: Evidence) -> dict[str, bytes]:
    """Return the files that evidence is stored as, by their suffixes: `.json`, `.xml`, `.html`."""
    text = json.dumps(document(evidence), indent=2)
    return {".json": text.encode(), ".xml": junit(evidence), ".html": page(evidence).encode()}
