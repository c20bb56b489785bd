"""Each function, as `sam build` makes it, starts with nothing beside it but what Lambda's runtime has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
RUNTIME = ROOT / ".cache" / "runtime"


def logical_id(function: str) -> str:
    return function.title().replace("_", "")


@pytest.fixture(scope="session")
def runtime() -> Path:
    """Make an interpreter that has boto3 and nothing else, as Lambda's runtime does."""
    python = RUNTIME / "bin" / "python"
    if not (RUNTIME / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", RUNTIME], check=True)
        boto3: list[str | Path] = ["--require-hashes", "-r", ROOT / "pipeline" / "requirements.txt"]
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", python, *boto3], check=True)
        extra = ["awscrt", "pyyaml"]  # the build's, not the runtime's
        subprocess.run(["uv", "pip", "uninstall", "--quiet", "--python", python, *extra], check=True)
        (RUNTIME / "ready").touch()
    return python


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the application with the real SAM CLI."""
    folder = tmp_path_factory.mktemp("built")
    command: list[str | Path] = [
        "sam",
        "build",
        "--config-env",
        "local",
        "--build-dir",
        folder,
        "--cache-dir",
        ROOT / ".cache" / "sam",
    ]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, env={**os.environ, "SAM_CLI_TELEMETRY": "0"})
    return folder


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_built_function_has_all_that_it_imports(function: str, built: Path, runtime: Path) -> None:
    """A dependency that is missing from the layer fails here and not at the first event."""
    paths = [str(built / logical_id(function)), str(built / "Layer" / "python")]
    everything = (
        "import sys; sys.path[:0] = " + repr(paths) + "; import app; import pkgutil, importlib, slipway\n"
        "names = [module.name for module in pkgutil.walk_packages(slipway.__path__, 'slipway.')]\n"
        "for name in names: name.startswith('slipway.cli') or importlib.import_module(name)\n"  # no function has it
        "import slack_sdk, slack_sdk.http_retry.builtin_handlers; print(app.lambda_handler.__name__)"
    )
    done = subprocess.run([runtime, "-I", "-c", everything], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("lambda_handler", "")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_makes_no_client_while_it_is_imported(function: str, built: Path, runtime: Path) -> None:
    """Neither a region nor an environment variable is needed before the first event."""
    paths = [str(built / logical_id(function)), str(built / "Layer" / "python")]
    program = (
        f"import sys; sys.path[:0] = {paths!r}; import botocore.client as c\n"
        "def refuse(*_, **__): raise SystemExit('a client was made at import')\n"
        "c.ClientCreator.create_client = refuse; import app"
    )
    done = subprocess.run(
        [runtime, "-I", "-c", program], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    assert (done.returncode, done.stderr) == (0, "")
