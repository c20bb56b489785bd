"""Authorise the pending connections of a run: on AWS, a person does that in the console, and no API does."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from standins.connections import authorise


def main(arguments: Sequence[str]) -> None:
    """Say which connections are available now."""
    parser = argparse.ArgumentParser(prog="python -m standins connections", description=__doc__)
    parser.add_argument("--run", type=Path, default=".local-aws", help="the folder of the run (.local-aws)")
    for name in authorise(parser.parse_args(arguments).run):
        print(f"{name} is AVAILABLE")
