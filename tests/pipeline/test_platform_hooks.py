"""The hooks that prepare an instance for the service."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import build

HOOKS = sorted(build.PLATFORM.glob("hooks/*/*"))
DIGEST = "000000000000.dkr.ecr.eu-central-1.amazonaws.com/images@sha256:" + "0" * 64
PASSPORT = {"release": "digits-r1", "model": "digits", "candidate": "digits-1", "commit": "0123", "image": DIGEST}
BLOCK = build.PLATFORM / "hooks" / "predeploy" / "block_instance_metadata.sh"
BRING = build.PLATFORM / "hooks" / "predeploy" / "bring_samples.sh"


def test_a_bundle_carries_them(tmp_path: Path) -> None:
    """Elastic Beanstalk finds hooks below .platform of the bundle, and only executable ones run everywhere."""
    build.write_bundle(tmp_path, PASSPORT, 8080, "models-of-slipway")
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
    build.write_bundle(tmp_path, PASSPORT, 8080, "models-of-slipway")
    for program in ("aws", "docker"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho "{program} $*" >> calls\n')
        (tmp_path / program).chmod(0o755)
    hook = tmp_path / ".platform" / "hooks" / "prebuild" / "log_in_to_ecr.sh"
    subprocess.run([hook], check=True, cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert sorted((tmp_path / "calls").read_text().splitlines()) == [
        "aws ecr get-login-password --region eu-central-1",
        f"docker login --username AWS --password-stdin {DIGEST.partition('/')[0]}",
    ]


@pytest.fixture
def upload(tmp_path: Path) -> Callable[[], list[str]]:
    """Run what brings samples to the bucket, whose client writes down what it is told; what it was told at all."""
    (tmp_path / "aws").write_text('#!/bin/sh\necho "$*" >> calls\ncp "$8" uploaded\n')
    (tmp_path / "aws").chmod(0o755)
    for folder in ("samples", "cache"):
        (tmp_path / folder).mkdir()
    told = {"SAMPLES_FOLDER": "samples", "SAMPLES_BUCKET": "models", "CACHE_DIRECTORY": str(tmp_path / "cache")}

    def run() -> list[str]:
        script = build.PLATFORM / "upload_samples.sh"
        environment = told | {"PATH": f"{tmp_path}:/usr/bin:/bin"}
        subprocess.run([script], check=True, cwd=tmp_path, env=environment, timeout=20)
        calls = tmp_path / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    return run


def today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def test_the_samples_of_the_day_are_brought_to_the_bucket(tmp_path: Path, upload: Callable[[], list[str]]) -> None:
    """In one object a day and instance, again only when there are more of them."""
    path = tmp_path / "samples" / f"{today()}.jsonl"
    assert upload() == []
    path.write_text("1\n")
    (told,) = upload()
    assert told.startswith(f"s3api put-object --bucket models --key samples/{today()}/{socket.gethostname()}.jsonl ")
    assert len(upload()) == 1
    path.write_text("1\n2\n")
    assert len(upload()) == 2
    assert (tmp_path / "uploaded").read_text() == "1\n2\n"


def test_a_link_in_the_folder_of_samples_is_not_followed(tmp_path: Path, upload: Callable[[], list[str]]) -> None:
    """A container that is taken over would otherwise have files of its instance in the bucket."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "samples" / f"{today()}.jsonl").symlink_to(tmp_path / "secret")
    assert upload() == []


def test_a_pipe_in_the_folder_of_samples_is_not_waited_for(tmp_path: Path, upload: Callable[[], list[str]]) -> None:
    """Nobody may ever write to it."""
    os.mkfifo(tmp_path / "samples" / f"{today()}.jsonl")
    assert upload() == []


def test_no_more_is_brought_than_a_day_may_have(tmp_path: Path, upload: Callable[[], list[str]]) -> None:
    """The container may write as much as it likes."""
    with (tmp_path / "samples" / f"{today()}.jsonl").open("wb") as file:
        file.truncate(50 * 1024**2)
    upload()
    assert (tmp_path / "uploaded").stat().st_size == 8 * 1024**2


def test_what_brings_samples_has_no_rights_on_the_instance() -> None:
    """A user of its own, and no devices: a container may make one in its folder."""
    assert {"DynamicUser=yes", "PrivateDevices=yes"} <= set(BRING.read_text().splitlines())


@pytest.fixture
def prepare(tmp_path: Path) -> Callable[[str], list[str]]:
    """Run the hook where production samples that percentage; what it had systemd do."""
    build.write_bundle(tmp_path, PASSPORT, 8080, "models-of-slipway")
    hook = BRING.read_text()
    for path in ("/etc/systemd/system", "/etc/tmpfiles.d", "/usr/local/bin", "/opt/elasticbeanstalk/bin"):
        (tmp_path / path[1:]).mkdir(parents=True)
        hook = hook.replace(f"{path}/", f"{tmp_path}{path}/")
    for program in ("systemctl", "systemd-tmpfiles"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho "{program} $*" >> calls\n')
        (tmp_path / program).chmod(0o755)

    def run(percent: str) -> list[str]:
        known = tmp_path / "opt/elasticbeanstalk/bin/get-config"
        known.write_text(f'#!/bin/sh\n[ "$*" = "environment -k SAMPLE_PERCENT" ] && {percent}\n')
        known.chmod(0o755)
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
        subprocess.run(["bash"], input=hook, text=True, check=True, cwd=tmp_path, env=environment)
        return (tmp_path / "calls").read_text().splitlines()

    return run


def test_a_host_of_production_has_a_timer_for_samples(prepare: Callable[[str], list[str]], tmp_path: Path) -> None:
    """Its script is told bucket and region."""
    called = prepare("echo 5")
    unit = (tmp_path / "etc/systemd/system/slipway-samples.service").read_text()
    assert "Environment=SAMPLES_BUCKET=models-of-slipway\n" in unit
    assert "Environment=AWS_DEFAULT_REGION=eu-central-1 SAMPLES_FOLDER=" in unit
    assert (tmp_path / "usr/local/bin/upload-slipway-samples").stat().st_mode & 0o111
    assert "systemctl enable slipway-samples.timer" in called


@pytest.mark.parametrize("percent", ["echo 0", "exit 1"])
def test_where_nothing_is_sampled_nothing_is_brought(prepare: Callable[[str], list[str]], percent: str) -> None:
    """On staging runs what nobody has approved yet, and it could fill its folder with what it likes."""
    called = prepare(percent)
    assert called[-1] == "systemctl disable --now slipway-samples.timer"
    assert not [line for line in called if " enable " in line]


@pytest.mark.parametrize("percent", ["echo 0", "echo 5"])
def test_a_host_has_the_folder_and_the_file_that_compose_needs(
    prepare: Callable[[str], list[str]], tmp_path: Path, percent: str
) -> None:
    """The folder is cleaned by the system, because a service that samples no more cleans nothing."""
    assert "systemd-tmpfiles --create slipway-samples.conf" in prepare(percent)
    rule = (tmp_path / "etc/tmpfiles.d/slipway-samples.conf").read_text()
    assert rule == "d /var/opt/slipway-samples 1777 root root 2d\n"
    assert (tmp_path / ".env").exists()


def test_what_beanstalk_wrote_for_the_container_stays(prepare: Callable[[str], list[str]], tmp_path: Path) -> None:
    """The container would not know what to sample."""
    (tmp_path / ".env").write_text("SAMPLE_PERCENT=5\n")
    prepare("echo 5")
    assert (tmp_path / ".env").read_text() == "SAMPLE_PERCENT=5\n"
