"""Print what a deployment to Elastic Beanstalk, or a run, needed each permission of roles for.

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
    needed = commands.add_parser("needed", help="what each permission of all roles was needed for in a run")
    needed.add_argument("log", type=Path, help="logs/iam.jsonl in the folder of the run, whose local AWS still runs")
    needed.add_argument("--excused", type=Path, help="YAML: why permissions are kept that a run does not need")
    given = parser.parse_args(arguments)
    session = boto3.Session()
    if given.command == "deploy":
        from standins.permissions.deployments import findings, names

        for finding in findings(session.client("iam"), given.role, names(session, given.environment)):
            print(finding)
    else:
        from standins.permissions import excuses
        from standins.permissions import needed as report
        from standins.permissions.requests import recorded

        excused = excuses.read(given.excused) if given.excused else excuses.NONE
        print("role | statement | action | without it is denied")
        for each in report.findings(session, recorded(given.log)):
            print(each.row("" if each.denied else excused.reason(each.permission)))


if __name__ == "__main__":
    main(sys.argv[1:])
