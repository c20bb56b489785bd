"""The local AWS as a process of its own, once for all tests that need it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.support.paths import ROOT

PYTHON = ROOT / ".cache" / "cloud" / "bin" / "python"
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Cloud:
    """A running local AWS, its run's folder and the folder its sources come from."""

    address: str
    folder: Path
    source: Path

    def client(self, service: str, *credentials: str) -> Any:
        """Create a client with the root key, or with the given credentials."""
        key, secret, token = [*(credentials or ("test", "test")), None][:3]
        session: Any = boto3.Session(key, secret, token, region_name="us-east-1")
        return session.client(service, endpoint_url=self.address)

    def role(self, name: str, principal: dict[str, str], *statements: dict[str, Any]) -> str:
        """Create a role that a principal may assume and that may do what the statements say; returns its ARN."""
        iam = self.client("iam")
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=_policy(*statements))
        return str(role["Arn"])

    def assume(self, role: str) -> tuple[str, str, str]:
        """Get temporary credentials of a role that the root user may assume."""
        issued = self.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Start the local AWS on a free port; what it says is in cloud.log below its folder."""
    folder, source = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("source")
    (source / "app.py").write_text("print('hello')")
    port = _free_port()
    environment = os.environ | {"STANDINS_BEANSTALK_LAG": "0.05"}
    options = [f"--port={port}", f"--run={folder}", f"--source={source}"]
    with (folder / "cloud.log").open("wb") as log:
        process = subprocess.Popen(
            [PYTHON, "-m", "standins", "aws", *options], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_up(address, process)
        yield Cloud(address, folder, source)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_ministack/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("The local AWS does not start; see its cloud.log.")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
