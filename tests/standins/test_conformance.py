"""The conformance list of the stand-ins."""

import re

import pytest

from tests.support.paths import ROOT

README = (ROOT / "standins" / "README.md").read_text()
ROWS = re.findall(r"^\| (.+) \| (.*) \| `(\S+\.py)::(\w+)` \|$", README, re.MULTILINE)
PREFIXES = re.findall(r"`(\w+:)` ", README)


def test_the_list_covers_every_action_that_is_emulated() -> None:
    """Action by action, each has at least one rule."""
    for provider in ("CodeStarSourceConnection", "S3", "Lambda", "CodeBuild", "ElasticBeanstalk", "Manual"):
        assert re.search(rf"^\| \*\*\w+: {provider}\*\*", README, re.MULTILINE)
    assert len(ROWS) > 35


@pytest.mark.parametrize(("rule", "page", "file", "test"), ROWS, ids=[row[3] for row in ROWS])
def test_a_rule_names_its_page_and_a_test_that_is_there(rule: str, page: str, file: str, test: str) -> None:
    """A rule nobody tests is a claim, and so is a page that cannot be found."""
    assert f"def {test}(" in (ROOT / "tests" / "standins" / "aws" / file).read_text()
    assert not page or page.startswith((*PREFIXES, "`", "botocore")) or re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", page), rule
