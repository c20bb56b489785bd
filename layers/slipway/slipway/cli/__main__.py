"""`python -m slipway.cli`: check a suite, or run it against a service."""

import argparse
import sys

from slipway.cli.smoke import check, run

_DESCRIPTION = """\
Smoke tests of a model's service, as data: write a suite.yaml, check it, and run it against a service.

  python -m slipway.cli check suite.yaml
  python -m slipway.cli run suite.yaml --url http://127.0.0.1:8000
  python -m slipway.cli run suite.yaml --url http://staging.example --production http://example --out evidence

Three lines make a useful suite, with a golden set (pictures and an expected.csv) in golden/ beside it:

  accuracy: 0.9    # nine in ten of the golden set are right
  latency: 300     # 95 % of the answers take at most 300 ms
  compare: 0.9     # nine in ten of production's predictions stay what they are

docs/suites.md says what else a suite can do.
"""


def main() -> int:
    """Do what the command line asks for, and give the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m slipway.cli",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command, summary in (
        ("check", check, "explain the mistakes of a suite, or say what it will do"),
        ("run", run, "run a suite against a service, and write down what was found"),
    ):
        subparser = commands.add_parser(name, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    arguments = parser.parse_args()
    return int(arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
