"""The environment of all that a rehearsal starts: the local AWS, and nothing of the developer's own."""

from collections.abc import Mapping
from pathlib import Path

from rehearsal.ports import Ports, url
from rehearsal.workspace import Workspace

REGION = "us-east-1"
FOREIGN = ("AWS_", "SAM_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def aws_settings(ports: Ports) -> dict[str, str]:
    """What the `aws` command needs to talk to the local AWS as its root user."""
    return {
        "AWS_ENDPOINT_URL": url(ports.aws),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }


def isolated(environ: Mapping[str, str], workspace: Workspace, ports: Ports) -> dict[str, str]:
    """A copy of the environment in which every AWS program finds the local AWS only."""
    kept = {name: value for name, value in environ.items() if not name.startswith(FOREIGN)}
    missing = str(workspace.run / "no-such-file")
    programs = {
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": missing,
        "AWS_SHARED_CREDENTIALS_FILE": missing,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "SAM_CLI_TELEMETRY": "0",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{workspace.tools}:{environ.get('PATH', '/usr/bin:/bin')}",
    }
    return kept | aws_settings(ports) | programs | _without_proxy(environ)


def _without_proxy(environ: Mapping[str, str]) -> dict[str, str]:
    """A proxy on the way to the internet must not be asked for 127.0.0.1."""
    known = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    hosts = ",".join(filter(None, [known, "127.0.0.1", "localhost", ".localhost"]))
    return {"NO_PROXY": hosts, "no_proxy": hosts}


def without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the local AWS itself, which must not look for an endpoint of its own."""
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}


def cloud_options(workspace: Workspace, ports: Ports, source: Path) -> list[str]:
    """The options of `python -m standins aws`; `source` is the folder that pipelines take for a repository."""
    options = {
        "port": str(ports.aws),
        "region": REGION,
        "run": str(workspace.run),
        "cache": str(workspace.cache),
        "source": str(source),
        "tools": str(workspace.tools),
        "instances": f"staging={ports.staging},production={ports.production}",
        "console": f"{url(ports.slack)}/console",
    }
    return [f"--{name}={value}" for name, value in options.items()]
