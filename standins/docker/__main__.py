"""Runs one `docker` command; a refusal is one sentence and exit code 1."""

import sys

from standins.docker.commands import parser
from standins.docker.errors import DockerError


def main() -> int:
    """Do what the command line says."""
    try:
        arguments = parser().parse_args()
        arguments.command(arguments)
    except DockerError as error:
        print(f"docker: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
