"""Docker, on its command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pipeline.errors import BuildError


def docker(*words: str, given: str | None = None) -> str:
    """Run a command and give what it prints; `given` is its standard input (a password goes no other way)."""
    done = subprocess.run(["docker", *words], input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"docker {words[0]} failed: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout.strip()


def logs(container: str) -> str:
    """Give what a container printed; Docker keeps its two streams apart, and a crash speaks on the second."""
    done = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=False)
    return f"{done.stdout}{done.stderr}".strip()


def build(folder: Path, tag: str) -> None:
    """Build an image; what Docker prints goes to the build's log."""
    done = subprocess.run(["docker", "build", "--tag", tag, str(folder)], check=False)
    if done.returncode:
        raise BuildError(f"The image could not be built: see the lines above; the Dockerfile is {folder}/Dockerfile.")
