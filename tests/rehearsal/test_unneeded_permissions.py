"""The permissions that a rehearsal need not use: a short list, each with a reason that can be looked up."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml

from tests.support import templates
from tests.support.paths import ROOT

ENTRIES: list[dict[str, Any]] = yaml.safe_load((ROOT / "rehearsal" / "unneeded_permissions.yaml").read_text())
TESTED = [(place, entry["test"]) for entry in ENTRIES if "test" in entry for place in entry["permissions"]]
TEMPLATES = "".join((ROOT / name).read_text() for name in ("template.yaml", "pipeline/template.yaml"))
# Of managed policies, and of those that SAM writes.
NOT_OURS = ("AWSLambda", "AWSXray", "Observe", "ElasticBeanstalkPermissions", "S3Permissions", "LambdaPolicy")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["reason"][:40])
def test_each_excuse_names_a_test_or_a_page_of_aws(entry: dict[str, Any]) -> None:
    """A permission without either would be one too many."""
    assert entry["reason"]
    assert "test" in entry or entry["page"].startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize(("place", "test"), TESTED)
def test_without_an_excused_statement_its_test_fails(place: str, test: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test that is named is there, passes, and misses the statement when it is taken out of the template."""
    function, statement = place.split()
    path, _, name = test.partition("::")
    missing = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)
    missing()
    monkeypatch.setitem(templates.FUNCTIONS, function, _without(templates.FUNCTIONS[function], statement))
    with pytest.raises(AssertionError):
        missing()


def _without(node: Any, sid: str) -> Any:
    if isinstance(node, dict):
        return {name: _without(value, sid) for name, value in node.items()}
    if isinstance(node, list):
        return [_without(one, sid) for one in node if not (isinstance(one, dict) and one.get("Sid") == sid)]
    return node


@pytest.mark.parametrize("place", [place for entry in ENTRIES for place in entry["permissions"]])
def test_each_excuse_is_for_a_statement_that_exists(place: str) -> None:
    """In one of the templates, by its Sid."""
    statement = place.split()[1]
    assert f"Sid: {statement}" in TEMPLATES or any(part in statement for part in NOT_OURS)
