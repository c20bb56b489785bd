"""The hooks that prepare an instance for the service."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from pipeline import build

HOOKS = sorted(build.PLATFORM.glob("hooks/*/*"))
DIGEST = "000000000000.dkr.ecr.eu-central-1.amazonaws.com/images@sha256:" + "0" * 64
PASSPORT = {"release": "digits-r1", "model": "digits", "candidate": "digits-1", "commit": "0123", "image": DIGEST}
BLOCK = build.PLATFORM / "hooks" / "predeploy" / "block_instance_metadata.sh"


def test_a_bundle_carries_them(tmp_path: Path) -> None:
    """Elastic Beanstalk finds hooks below .platform of the bundle, and only executable ones run everywhere."""
    build.write_bundle(tmp_path, PASSPORT, 8080)
    carried = sorted((tmp_path / ".platform").glob("hooks/*/*"))
    assert [path.relative_to(tmp_path / ".platform") for path in carried] == [
        path.relative_to(build.PLATFORM) for path in HOOKS
    ]
    assert all(path.stat().st_mode & 0o111 for path in carried)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda path: path.name)
def test_a_hook_is_a_script_that_ends_at_the_first_error(hook: Path) -> None:
    """A deployment with half a preparation must fail."""
    assert hook.read_text().startswith("#!/bin/bash\n")
    assert "\nset -euo pipefail\n" in hook.read_text()
    subprocess.run(["bash", "-n", hook], check=True)


def test_containers_do_not_reach_the_instance_s_credentials() -> None:
    """Packets that Docker passes on to the metadata address are dropped, also after a restart, and that is checked."""
    text, rule = BLOCK.read_text(), "DOCKER-USER -d 169.254.169.254/32 -j DROP"
    (unit,) = re.findall(r"^cat > (\S+) <<'UNIT'$", text, re.MULTILINE)
    assert unit.startswith("/etc/systemd/system/")
    assert f"iptables -I {rule}" in text
    assert "PartOf=docker.service" in text
    assert "WantedBy=docker.service" in text
    assert text.rstrip().endswith(f"iptables -C {rule}")


def test_the_instance_logs_in_to_the_registry_of_the_image(tmp_path: Path) -> None:
    """The registry and its region are those of the image that the bundle names."""
    build.write_bundle(tmp_path, PASSPORT, 8080)
    for program in ("aws", "docker"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho "{program} $*" >> calls\n')
        (tmp_path / program).chmod(0o755)
    hook = tmp_path / ".platform" / "hooks" / "prebuild" / "log_in_to_ecr.sh"
    subprocess.run([hook], check=True, cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert sorted((tmp_path / "calls").read_text().splitlines()) == [
        "aws ecr get-login-password --region eu-central-1",
        f"docker login --username AWS --password-stdin {DIGEST.partition('/')[0]}",
    ]
