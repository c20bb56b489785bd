"""Print which permissions of a role a deployment to Elastic Beanstalk needs, or which permissions a run has not used.

Reads AWS with the credentials and the endpoint of the environment; it changes nothing.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3


def main(arguments: Sequence[str]) -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(prog="python -m standins permissions", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    deploy = commands.add_parser(
        "deploy", help="remove each permission of a role in turn: what does a deployment fail with?"
    )
    deploy.add_argument("role", help="name of the role that calls UpdateEnvironment")
    deploy.add_argument("environment", help="name of the environment")
    unused = commands.add_parser("unused", help="permissions of all roles that a run of the local AWS has not used")
    unused.add_argument("log", type=Path, help="logs/iam.jsonl in the folder of the run")
    given = parser.parse_args(arguments)
    session = boto3.Session()
    if given.command == "deploy":
        from standins.permissions.deployments import findings, names

        for finding in findings(session.client("iam"), given.role, names(session, given.environment)):
            print(finding)
    else:
        from standins.permissions import unused as report

        found = sorted(report.unused(session.client("iam"), report.used(given.log)))
        for each in found:
            print(f"{each.role:48} {each.sid:28} {each.action}")


if __name__ == "__main__":
    main(sys.argv[1:])
