"""The command `slipway` and its groups of commands."""

import click

from slipway.cli.candidate.check import check
from slipway.cli.candidate.trial import trial
from slipway.cli.doctor import doctor
from slipway.cli.smoke import smoke


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def slipway() -> None:
    """Release machine-learning models on AWS: what can be done from a terminal."""


for command in (check, trial, doctor, smoke):
    slipway.add_command(command)

if __name__ == "__main__":
    slipway(prog_name="slipway")
