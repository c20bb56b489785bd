"""Docker, on its command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pipeline.errors import BuildError


def docker(*words: str, given: str | None = None) -> str:
    """Run a command of Docker's with `given` as its standard input, and return what it prints; raises BuildError."""
    done = subprocess.run(["docker", *words], input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"docker {words[0]} failed: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout.strip()


def logs(container: str) -> str:
    """Return what a container printed, on both of its streams."""
    done = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=False)
    return f"{done.stdout}{done.stderr}".strip()


def build(folder: Path, tag: str, arguments: dict[str, str]) -> None:
    """Build an image; what Docker prints goes to the build's log. A Dockerfile need not know the build `arguments`."""
    words = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    done = subprocess.run(["docker", "build", *words, "--tag", tag, str(folder)], check=False)
    if done.returncode:
        raise BuildError(f"The image could not be built: see the lines above; the Dockerfile is {folder}/Dockerfile.")
