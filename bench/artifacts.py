"""The functions as `make deploy` builds them, and what the template tells them."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".cache" / "built"
LAYER = FOLDER / "Layer" / "python"
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
_DUMMIES = {"Approvers": "U0ADA=ada@example.com", "SlackChannel": "C0RELEASES"}


class _Template(yaml.SafeLoader):
    """Reads `!Ref Name` as `Name`, and so on."""


_Template.add_multi_constructor("!", lambda _loader, _tag, node: node.value if node.id == "scalar" else "dummy")


def build() -> None:
    """Build all functions and the layer for this machine."""
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    command = ["sam", "build", "--config-env", "local", "--parameter-overrides", f"Architecture={architecture}"]
    command += ["--build-dir", str(FOLDER), "--cache-dir", str(ROOT / ".cache" / "sam")]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=os.environ | {"PATH": path, "SAM_CLI_TELEMETRY": "0"}, capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr.decode(errors="replace"))
    compiled = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(FOLDER)]
    subprocess.run(compiled, check=True)  # noqa: S603


def folder_of(function: str) -> Path:
    """Say where a function was built."""
    return FOLDER / function.title().replace("_", "")


def memory_of(function: str) -> int:
    """Return a function's memory in MB."""
    template = _template()
    own = template["Resources"][folder_of(function).name]["Properties"]
    return int(own.get("MemorySize", template["Globals"]["Function"]["MemorySize"]))


def settings_of(function: str) -> dict[str, str]:
    """Give a function's environment variables: parameters by their defaults, everything else by its name."""
    template = _template()
    parameters = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()} | _DUMMIES
    own = template["Resources"][folder_of(function).name]["Properties"].get("Environment", {}).get("Variables", {})
    told: dict[str, Any] = template["Globals"]["Function"]["Environment"]["Variables"] | own
    return {name: parameters.get(value, str(value)) for name, value in told.items()}


def _template() -> dict[str, Any]:
    template: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Template)  # noqa: S506  # a SafeLoader
    return template
