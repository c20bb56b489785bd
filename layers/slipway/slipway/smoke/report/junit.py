"""Evidence as JUnit XML, for the readers that CI systems have.

A failed `should` is a skipped test: readers show its sentence, and are green exactly when the suite passed. Hidden
characters are escapes, because XML 1.0 cannot hold some of them.
"""

from __future__ import annotations

from datetime import UTC
from xml.etree import ElementTree as ET

from slipway.models import Verdict
from slipway.models.text import visible_lines
from slipway.smoke.evidence import Evidence, Finding

_ELEMENTS = {Verdict.FAILED: "failure", Verdict.INCONCLUSIVE: "error"}
_NOTHING = Finding("ready", "suite", Verdict.INCONCLUSIVE, "Nothing was checked that must pass.", 0)


def junit(evidence: Evidence) -> bytes:
    """Return evidence as JUnit XML, one test suite: what could not be judged is an error."""
    judged = any(finding.severity == "must" for finding in evidence.findings)
    suite = ET.Element("testsuite")
    properties = ET.SubElement(suite, "properties")
    for name in ("release", "candidate", "commit", "target", "url", "production", "verdict"):
        if value := getattr(evidence, name):
            ET.SubElement(properties, "property", name=name, value=visible_lines(value))
    for finding in evidence.findings if judged else (*evidence.findings, _NOTHING):
        _add_case(suite, finding, evidence)
    ET.SubElement(suite, "system-out").text = visible_lines(
        "\n".join(f"Warning: {warning}" for warning in evidence.warnings)
    )
    ET.SubElement(suite, "system-err").text = ""
    paths = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    counts = {name: str(len(suite.findall(path))) for name, path in paths.items()}
    counts["time"] = f"{evidence.seconds:.3f}"
    suite.attrib = {**_suite_attributes(evidence), **counts, "skipped": str(len(suite.findall("testcase/skipped")))}
    root = ET.Element("testsuites", {"name": "slipway", **counts})
    root.append(suite)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _suite_attributes(evidence: Evidence) -> dict[str, str]:
    """Return the attributes that name the test suite."""
    started = evidence.started_at.astimezone(UTC).replace(tzinfo=None)
    return {
        "name": visible_lines(f"{evidence.release or 'a build'} on {evidence.target}"),
        "hostname": visible_lines(evidence.target),
        "timestamp": started.isoformat(timespec="seconds"),
    }


def _add_case(suite: ET.Element, finding: Finding, evidence: Evidence) -> None:
    """Add a finding to the test suite as a test case; a failed `should` is a skipped one."""
    classname = visible_lines(f"{evidence.target}.{finding.kind}")
    case = ET.SubElement(
        suite, "testcase", name=visible_lines(finding.name), classname=classname, time=f"{finding.seconds:.3f}"
    )
    if finding.verdict is Verdict.PASSED:
        return
    sentence = visible_lines(finding.sentence)
    if finding.severity == "should":
        ET.SubElement(case, "skipped", message=f"Told only, {finding.verdict}: {sentence}")
    else:
        ET.SubElement(case, _ELEMENTS[finding.verdict], message=sentence, type=finding.kind).text = sentence
