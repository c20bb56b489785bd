"""Evidence as others read it: a JSON document, JUnit XML, one HTML page, and the few words of the ledger."""

from slipway.smoke.report.document import document, evidence_of
from slipway.smoke.report.junit import junit
from slipway.smoke.report.page import page
from slipway.smoke.report.summary import sentence, summary

__all__ = ["document", "evidence_of", "junit", "page", "sentence", "summary"]
