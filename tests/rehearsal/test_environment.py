"""The environment of what a rehearsal starts."""

from pathlib import Path

from rehearsal import environment
from rehearsal.ports import Ports
from rehearsal.workspace import Workspace
from standins.aws.__main__ import settings

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


def test_the_local_aws_has_no_endpoint() -> None:
    """The local AWS must not look for an AWS of its own."""
    assert environment.without_aws({"AWS_ENDPOINT_URL": "x", "PATH": "/usr/bin"}) == {"PATH": "/usr/bin"}


def test_the_local_aws_is_told_its_ports_and_folders(tmp_path: Path) -> None:
    """Everything it uses lies in the repository, and it enforces IAM."""
    assert (
        settings(environment.cloud_options(Workspace(tmp_path), Ports(5000), tmp_path)).items()
        >= {
            "AWS_DEFAULT_REGION": "us-east-1",
            "GATEWAY_PORT": "5000",
            "AUTH": "true",
            "STANDINS_CONSOLE_URL": "http://127.0.0.1:5001/console",
            "STANDINS_RUN": f"{tmp_path}/.rehearsal",
            "STANDINS_CACHE": f"{tmp_path}/.cache",
            "STANDINS_SOURCE": str(tmp_path),
            "STANDINS_INSTANCE_PORTS": "staging=5002,production=5003",
            "STANDINS_TOOLS": f"{tmp_path}/.venv/bin",
        }.items()
    )
