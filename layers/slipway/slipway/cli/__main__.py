"""The command `slipway` and its groups of commands."""

import click

from slipway.cli.doctor import doctor
from slipway.cli.smoke import smoke


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def slipway() -> None:
    """Release machine-learning models on AWS: what can be done from a terminal."""


slipway.add_command(doctor)
slipway.add_command(smoke)

if __name__ == "__main__":
    slipway(prog_name="slipway")
