"""Print what a deployment to Elastic Beanstalk, or runs of a stack, needed each permission of roles for.

`deploy` and `save` read AWS with the credentials and the endpoint of the environment; nothing is changed.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

RUN = "folder of a run with its iam.jsonl, and the roles.json that `save` has written"


def main(arguments: Sequence[str]) -> None:
    """Print one table, or save the roles of a stack."""
    given = _parser().parse_args(arguments)
    match given.command:
        case "deploy":
            rows = _deploy(given.role, given.environment)
        case "save":
            rows = _save(given.stack, given.folder)
        case "needed":
            rows = _needed(given.runs, given.templates, given.excused)
        case _:
            rows = _scope(given.runs)
    for row in rows:
        print(row)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m standins permissions", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    deploy = commands.add_parser(
        "deploy", help="remove each permission of a role in turn: what does a deployment fail with?"
    )
    deploy.add_argument("role", help="name of the role that calls UpdateEnvironment")
    deploy.add_argument("environment", help="name of the environment")
    save = commands.add_parser("save", help="keep the roles of a stack beside the record of a run")
    save.add_argument("stack", help="name of the stack, with which the names of its roles begin")
    save.add_argument("folder", type=Path, help="where iam.jsonl of the run is")
    needed = commands.add_parser(
        "needed", help="remove each permission of all roles in turn: what is denied of the runs?"
    )
    needed.add_argument("runs", type=Path, nargs="+", help=RUN)
    needed.add_argument(
        "--templates", type=Path, nargs="*", default=[], help="name their statements that no run has, too"
    )
    needed.add_argument("--excused", type=Path, help="YAML: why permissions are kept that a run does not need")
    scope = commands.add_parser("scope", help="which resources does each statement name, and which were asked for?")
    scope.add_argument("runs", type=Path, nargs="+", help=RUN)
    return parser


def _deploy(role: str, environment: str) -> Iterator[str]:
    import boto3

    from standins.permissions.deployments import findings
    from standins.permissions.snapshot import deployed_names

    session = boto3.Session()
    yield from map(str, findings(session.client("iam"), role, deployed_names(session, environment)))


def _save(stack: str, folder: Path) -> Iterator[str]:
    import boto3

    from standins.permissions.snapshot import FILE, Snapshot

    Snapshot.take(boto3.Session(), stack).write(folder)
    yield str(folder / FILE)


def _needed(runs: Sequence[Path], templates: Sequence[Path], excused: Path | None) -> Iterator[str]:
    from standins.permissions import excuses
    from standins.permissions.needed import findings
    from standins.permissions.templates import statements

    known = excuses.read(excused) if excused else excuses.NONE
    yield "role | statement | removed | without it is denied"
    found = findings(runs)
    for each in found:
        yield each.row("" if each.denied else known.reason(*each.key))
    deployed = {each.key[:2] for each in found}
    for role, statement in dict.fromkeys(one for template in templates for one in statements(template)):
        if (role, statement) not in deployed:
            reason = known.reason(role, statement, "all")
            yield f"{role} | {statement} | all | nothing{reason and ': '}{reason}"


def _scope(runs: Sequence[Path]) -> Iterator[str]:
    from standins.permissions.needed import Run

    yield "role | statement | resources named | resources asked for"
    for folder in runs:
        yield from Run(folder).scopes()


if __name__ == "__main__":
    main(sys.argv[1:])
