"""Start the local AWS on 127.0.0.1: MiniStack and the services it lacks, in one process, until SIGTERM or SIGINT."""

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from standins.folders import CACHE, RUN

SERVICES = (
    "alarms",
    "certificates",
    "cloudtrail",
    "codepipeline",
    "codebuild",
    "codeconnections",
    "elasticbeanstalk",
    "execution_roles",
    "function_urls",
    "mail_rules",
    "mailbox",
    "missing_objects",
    "nested_stacks",
    "queue_concurrency",
)
# MiniStack's listeners for IoT and SFTP would bind fixed ports.
MINISTACK = {"BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}


def settings(arguments: Sequence[str]) -> dict[str, str]:
    """Return the environment variables that the command line means; the processes of a run inherit them."""
    parser = argparse.ArgumentParser(prog="python -m standins aws", description=__doc__)
    parser.add_argument("--port", default="4566", help="the port of every API (4566)")
    parser.add_argument("--region", default="us-east-1", help="its region (us-east-1)")
    parser.add_argument("--no-iam", action="store_true", help="allow everybody everything, instead of enforcing IAM")
    parser.add_argument("--run", type=Path, default=".local-aws", help="the folder of logs, mail, images (.local-aws)")
    parser.add_argument("--cache", type=Path, default=".cache", help="the folder of what outlives a run (.cache)")
    parser.add_argument("--source", type=Path, default=".", help="the folder that pipelines take for a repository (.)")
    parser.add_argument("--tools", default="", help="a folder of programs that builds find on their PATH")
    parser.add_argument("--instances", default="", help="ports of Beanstalk environments by name's end: a=1,b=2")
    parser.add_argument("--console", default="", help="the address of pages that stand in for AWS's console")
    parser.add_argument("--seed", default="", help="repeats what was undocumented and random in a run with this seed")
    given = parser.parse_args(arguments)
    told = {
        "GATEWAY_PORT": given.port,
        "AUTH": "false" if given.no_iam else "true",
        "AWS_DEFAULT_REGION": given.region,
        "MINISTACK_REGION": given.region,
        RUN: str(given.run.absolute()),
        CACHE: str(given.cache.absolute()),
        "STANDINS_SOURCE": str(given.source.absolute()),
        "STANDINS_TOOLS": given.tools,
        "STANDINS_INSTANCE_PORTS": given.instances,
        "STANDINS_CONSOLE_URL": given.console,
        "STANDINS_SEED": given.seed or secrets.token_hex(4),
    }
    return MINISTACK | {name: value for name, value in told.items() if value}


def main(arguments: Sequence[str]) -> None:
    """Register every service of ours, then serve until told to end."""
    # MiniStack reads its settings while it is imported.
    os.environ |= settings(arguments)
    del sys.argv[1:]  # MiniStack has options of its own
    from ministack import app

    from standins.aws import bucket_acls, events, iam, layers, ranges, usage

    bucket_acls.install()
    events.install()
    iam.install()
    layers.install()
    ranges.install()
    usage.install()
    print(f"Undocumented behaviour by the seed {os.environ['STANDINS_SEED']}", flush=True)
    for name in SERVICES:
        import_module(f"standins.aws.{name}").register()
    app.main()


if __name__ == "__main__":
    main(sys.argv[1:])
