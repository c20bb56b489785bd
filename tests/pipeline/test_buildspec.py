"""The buildspec and the pipeline's template name the same things."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from cfnlint.decode import cfn_yaml

from pipeline import build, order
from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """The resources of the pipeline's template."""
    resources: dict[str, Any] = cfn_yaml.load(str(ROOT / "pipeline/template.yaml"))["Resources"]
    return resources


@pytest.fixture(scope="module")
def action(template: dict[str, Any]) -> dict[str, Any]:
    """The action that runs the buildspec."""
    stages = template["Pipeline"]["Properties"]["Stages"]
    (found,) = (each for stage in stages for each in stage["Actions"] if each["Name"] == "BuildImage")
    return dict(found)


@pytest.fixture(scope="module")
def buildspec(template: dict[str, Any]) -> dict[str, Any]:
    """The buildspec that the project names."""
    content: dict[str, Any] = yaml.safe_load(
        (ROOT / template["Build"]["Properties"]["Source"]["BuildSpec"]).read_text()
    )
    return content


def test_artifacts(action: dict[str, Any], buildspec: dict[str, Any]) -> None:
    """The build leaves exactly the artifacts that the action hands on, from the folders that the program fills."""
    artifacts = buildspec["artifacts"]["secondary-artifacts"]
    assert set(artifacts) == {each["Name"] for each in action["OutputArtifacts"]} == {"Bundle", "Suite"}
    folders = {name: each["base-directory"] for name, each in artifacts.items()}
    assert folders == {"Bundle": f"{build.OUTPUT}/bundle", "Suite": f"{build.OUTPUT}/suite"}


def test_order(template: dict[str, Any], action: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the action and the project put into the environment makes a complete order."""
    told = json.loads(action["Configuration"]["EnvironmentVariables"])
    names = [each["name"] for each in told]
    names += [each["Name"] for each in template["Build"]["Properties"]["Environment"]["EnvironmentVariables"]]
    for name in names:
        monkeypatch.setenv(name, "given")
    assert order.read().release == "given"


def test_requirements(buildspec: dict[str, Any]) -> None:
    """Every file that the commands name is there, and packages are only taken with their hashes."""
    install = " ".join(buildspec["phases"]["install"]["commands"]).split()
    assert "--require-hashes" in install
    assert (ROOT / install[install.index("-r") + 1]).is_file()
