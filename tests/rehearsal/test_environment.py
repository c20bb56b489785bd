"""The environment of what a rehearsal starts."""

from pathlib import Path

from rehearsal import environment
from rehearsal.ports import Ports
from rehearsal.workspace import Workspace

DEVELOPER = {
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "secret",
    "SAM_CLI_POLL_DELAY": "9",
    "HOME": "/home/ada",
    "PATH": "/usr/bin",
    "NO_PROXY": "intranet",
}


def test_nothing_of_the_developers_own_aws_settings_is_passed_on(tmp_path: Path) -> None:
    """A rehearsal must never touch an account, whatever the developer is logged in to."""
    env = environment.isolated(DEVELOPER, Workspace(tmp_path), Ports(5000))
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "SAM_CLI_POLL_DELAY"} & set(env)
    assert env["AWS_ENDPOINT_URL"] == "http://127.0.0.1:5000"
    assert env["HOME"] == "/home/ada"
    assert env["PATH"] == f"{tmp_path}/.venv/bin:/usr/bin"
    assert env["NO_PROXY"] == "intranet,127.0.0.1,localhost,.localhost"


def test_the_local_aws_is_told_its_ports_and_folders_and_has_no_endpoint(tmp_path: Path) -> None:
    """The local AWS must not look for an AWS of its own."""
    env = environment.cloud({"AWS_ENDPOINT_URL": "x", "PATH": "/usr/bin"}, Workspace(tmp_path), Ports(5000))
    assert env == {
        "PATH": "/usr/bin",
        "AWS_DEFAULT_REGION": "us-east-1",
        "GATEWAY_PORT": "5000",
        "AUTH": "true",
        "CONSOLE_URL": "http://127.0.0.1:5001/console",
        "REHEARSAL_DIR": f"{tmp_path}/.rehearsal",
        "SOURCE_DIR": str(tmp_path),
        "INSTANCE_PORTS": "staging=5002,production=5003",
        "SERVICE_TOOLS": f"{tmp_path}/.venv/bin",
    }
