"""The command `slipway` and its groups of commands."""

import click

from slipway.cli.candidate.check import check
from slipway.cli.candidate.init import init
from slipway.cli.candidate.trial import trial
from slipway.cli.candidate.upload import upload
from slipway.cli.doctor import doctor
from slipway.cli.releases.answer import approve, reject
from slipway.cli.releases.rollback import rollback
from slipway.cli.releases.status import status
from slipway.cli.smoke import smoke


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def slipway() -> None:
    """Release machine-learning models on AWS: what can be done from a terminal."""


for command in (init, check, trial, upload, status, approve, reject, rollback, doctor, smoke):
    slipway.add_command(command)

if __name__ == "__main__":
    slipway(prog_name="slipway")
