"""What rehearsals asked of IAM, and the roles that asked, kept for the test that replays them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.rehearsals import RUN, Result

PERMISSIONS: list[str | Path] = [ROOT / ".cache" / "cloud" / "bin" / "python", "-m", "standins", "permissions"]


def keep_of(played: Result, records: Path, story: str) -> None:
    """Keep the record of a rehearsal that is still up, and its roles as they are now."""
    place = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{played.base}", "AWS_DEFAULT_REGION": "us-east-1"}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    command = [*PERMISSIONS, "save", "slipway", RUN / "logs"]
    subprocess.run(command, cwd=ROOT, env=os.environ | place | keys, check=True, timeout=120)
    keep(records, story)


def keep(records: Path, story: str) -> None:
    """Keep the record of a rehearsal that has saved its roles itself, as it does at its end."""
    folder = records / story
    folder.mkdir()
    for name in ("iam.jsonl", "roles.json"):
        shutil.copy(RUN / "logs" / name, folder)
