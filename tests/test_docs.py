"""The documentation names what is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support import card_docs, suite_docs
from tests.support.paths import ROOT

RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PAGES = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
]
HEAD = re.compile(
    r"# (\d{4})\. (.+)\n\nDate: \d{4}-\d\d-\d\d\. "
    r"Status: (accepted|superseded by \[\d{4}\]\(\d{4}[a-z0-9-]*\.md\)|"
    r"accepted, supersedes \[\d{4}\]\(\d{4}[a-z0-9-]*\.md\))\.\n\n"
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem[:4])
def test_a_decision_has_a_number_a_date_and_a_status(record: Path) -> None:
    """And its number is that of its file."""
    head = HEAD.match(record.read_text())
    assert head
    assert head[1] == record.name[:4]


def test_decisions_are_numbered_one_by_one() -> None:
    """No number is used twice, and none is left out."""
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_the_index_lists_every_decision_with_its_title_and_status() -> None:
    """In their order."""
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    rows = re.findall(r"^\| (\d{4}) \| \[(.+)\]\(([^)]+)\) \| \S+ \| (\w+)", index, re.MULTILINE)
    heads = [HEAD.match(record.read_text()) for record in RECORDS]
    assert rows == [
        (head[1], head[2], record.name, head[3].split()[0].rstrip(","))
        for head, record in zip(heads, RECORDS, strict=True)
        if head
    ]


def test_the_fields_of_a_suite_are_documented_as_its_schema_has_them() -> None:
    """`PYTHONPATH=layers/slipway python -m tests.support.suite_docs` writes the tables, and the schema for editors."""
    assert suite_docs.PAGE.read_text() == suite_docs.page()
    assert suite_docs.PUBLISHED.read_bytes() == suite_docs.SOURCE.read_bytes()


def test_the_settings_of_a_card_are_documented_as_its_schema_has_them() -> None:
    """`python -m tests.support.card_docs` writes the tables."""
    assert card_docs.PAGE.read_text() == card_docs.page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    """Links within the repository; anchors lead to a heading of the page."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", other.read_text(), re.MULTILINE)
            assert anchor in {_anchor(heading) for heading in headings}, target


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_architecture_names_files_that_are_there() -> None:
    """In its pictures and in its tables."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    layer = ROOT / "layers" / "slipway" / "slipway"
    named = set(re.findall(r"(?<![A-Z/])\b[a-z_]+(?:/[a-z_]+)*\.(?:py|yaml)|[a-z_]+(?:/[a-z_]+)*/(?=[`\"])", text))
    assert len(named) > 50
    assert [name for name in sorted(named) if not ((ROOT / name).exists() or (layer / name).exists())] == []


@pytest.mark.parametrize("page", ["security.md", "attacks.md"])
def test_the_threat_model_names_tests_that_are_there(page: str) -> None:
    """A control that nothing tries is a promise."""
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", (ROOT / "docs" / page).read_text()))
    written = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_[a-z0-9_]+)", file.read_text())
    }
    assert len(named) > 20
    assert sorted(named - written) == []


def test_each_attack_names_a_test_and_its_case() -> None:
    """All eight kinds, and at least 48 of them; a case is written in the tests as it is here."""
    text = (ROOT / "docs" / "attacks.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| attack")]
    assert len(re.findall("^## [1-8] · ", text, re.MULTILINE)) == 8
    assert len(rows) >= 48
    assert [row for row in rows if "`test_" not in row] == []
    tests = "".join(file.read_text() for file in (ROOT / "tests").rglob("*.py"))
    cases = re.findall("`test_[a-z0-9_]+` “([^”]+)”", text)
    assert [case for case in cases if f'"{case}"' not in tests] == []
