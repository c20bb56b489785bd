"""Runs one `docker` command; a refusal is one sentence and exit code 1."""

import sys
from collections.abc import Sequence

from standins.docker.commands import parser
from standins.docker.errors import DockerError


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    try:
        given = parser().parse_args(arguments)
        given.command(given)
    except DockerError as error:
        print(f"docker: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
