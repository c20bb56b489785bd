"""docs/tutorial.md is true: what each of its exports writes passes the trial on this machine.

Keras, TensorFlow and PyTorch are in an environment of their own, of 7 GB: `make exporters` installs it and runs these.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

EXPORTERS = ROOT / ".cache" / "exporters"
PAGE = (ROOT / "docs" / "tutorial.md").read_text()
SECTIONS = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE))
HERE = {"scikit-learn": "flowers", "XGBoost": "flowers", "LightGBM": "flowers"}
ELSEWHERE = {"PyTorch": "digits", "Keras": "digits", "TensorFlow": "digits"}
SLIPWAY = (sys.executable, "-m", "slipway.cli")
CASES = HERE | (ELSEWHERE if (EXPORTERS / "ready").exists() else {})


def blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def export(exporter: str) -> str:
    """The lines that export a model; those of LightGBM and TensorFlow change some of another section's."""
    if exporter == "LightGBM":
        code = export("XGBoost").replace("from xgboost", "from lightgbm").replace("convert_xgboost", "convert_lightgbm")
        return code.replace("XGBClassifier", "LGBMClassifier").replace("[None, 4]))]", "[None, 4]))], zipmap=False")
    if exporter == "TensorFlow":
        return export("Keras").replace('model.save(folder / "model.keras")\n', blocks(SECTIONS["TensorFlow"])[0])
    return blocks(SECTIONS[exporter])[0]


def run(*command: str | Path, cwd: Path) -> None:
    """Run a command, which must succeed."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "layers/slipway"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


@pytest.mark.parametrize("exporter", CASES)
def test_an_export_of_the_tutorial_passes_the_trial(exporter: str, tmp_path: Path) -> None:
    """As its reader would do it, with the exam that the page writes."""
    folder = CASES[exporter]
    python = EXPORTERS / "bin/python" if exporter in ELSEWHERE else Path(sys.executable)
    write_labels, write_rows, write_pictures = blocks(PAGE[PAGE.index("## 2 ·") :])
    begin = f"import subprocess; subprocess.run({[*SLIPWAY, 'init', folder]}, check=True)\n"
    code = [export(exporter), begin, write_labels, write_rows if folder == "flowers" else write_pictures]
    (tmp_path / "export.py").write_text("\n".join(code))
    run(python, "export.py", cwd=tmp_path)
    options: list[str | Path] = ["--record", f"{folder}.suite", "--service", ROOT / "service"]
    run(*SLIPWAY, "try", folder, *options, cwd=tmp_path)
    evidence = json.loads((tmp_path / "evidence" / folder / "evidence.json").read_text())
    assert evidence["accuracy"]["score"]["share"] > 0.9


def test_every_export_of_the_tutorial_is_tried() -> None:
    """A section that is added is added here."""
    assert set(SECTIONS) == HERE.keys() - {"LightGBM"} | ELSEWHERE.keys()
