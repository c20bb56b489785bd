"""The existing pipeline of the rehearsal under other names, as a V2 pipeline with a stage for each step."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.paths import ROOT

EXISTING = ROOT / "rehearsal" / "existing"
STAGE = "        - Name: {}\n          Actions:\n            - Name: {}\n"
TEMPLATE = {
    "final_model/ final_model": "exports/current/ weights",
    "{Value: final_model/}": "{Value: exports/current/}",
    "BUCKET_NAME": "WEIGHTS",
    "        - Name: Source\n": "        - Name: Fetch\n",
    "Name: GitHub": "Name: Code",
    "        - Name: Build\n": "        - Name: Make\n",
    "Name: BuildImage": "Name: Package",
    STAGE.format("Deploy", "DeployToStaging"): STAGE.format("Preview", "Show"),
    "            - Name: ReleaseDecision\n": STAGE.format("Gate", "SignOff"),
    "            - Name: DeployToProduction\n": STAGE.format("Public", "Open"),
    "              RunOrder: 1\n": "",
    "              RunOrder: 2\n": "",
    "              RunOrder: 3\n": "",
    "-staging\n": "-preview\n",
    "-production\n": "-public\n",
    "Name: !Sub ${AWS::StackName}-pipeline\n": "PipelineType: V2\n      Name: !Sub Heron_${AWS::StackName}\n",
}
APPLICATION = {"final_model": "weights", "5000": "8123"}


def renamed(folder: Path) -> Path:
    """Write it into a folder, and return that."""
    shutil.copytree(EXISTING, folder)
    _replace(folder / "template.yaml", TEMPLATE)
    for path in (folder / "application").iterdir():
        _replace(path, {old: new for old, new in APPLICATION.items() if old in path.read_text()})
    return folder


def _replace(path: Path, words: dict[str, str]) -> None:
    text = path.read_text()
    for old, new in words.items():
        assert old in text, f"{path.name} has no {old}"
        text = text.replace(old, new)
    path.write_text(text)
