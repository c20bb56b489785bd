"""The permissions that a rehearsal need not use: a short list, each with a reason that can be looked up."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.support.paths import ROOT

ENTRIES: list[dict[str, Any]] = yaml.safe_load((ROOT / "rehearsal" / "unneeded_permissions.yaml").read_text())
TEMPLATES = "".join((ROOT / name).read_text() for name in ("template.yaml", "pipeline/template.yaml"))
# Of managed policies, and of those that SAM writes.
NOT_OURS = ("AWSLambda", "AWSXray", "Observe", "ElasticBeanstalkPermissions", "S3Permissions", "LambdaPolicy")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["reason"][:40])
def test_each_excuse_names_a_test_that_exists_or_a_page_of_aws(entry: dict[str, Any]) -> None:
    """A permission without either would be one too many."""
    assert entry["reason"]
    if "test" not in entry:
        assert entry["page"].startswith("https://docs.aws.amazon.com/")
        return
    path, _, name = entry["test"].partition("::")
    assert f"def {name}(" in (ROOT / path).read_text()


@pytest.mark.parametrize("place", [place for entry in ENTRIES for place in entry["permissions"]])
def test_each_excuse_is_for_a_statement_that_exists(place: str) -> None:
    """In one of the templates, by its Sid."""
    statement = place.split()[1]
    assert f"Sid: {statement}" in TEMPLATES or any(part in statement for part in NOT_OURS)
