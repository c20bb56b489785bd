"""`slipway smoke`: check a suite, or run it against a service."""

import click

from slipway.cli.smoke.check import check
from slipway.cli.smoke.run import run


@click.group(commands=[check, run])
def smoke() -> None:
    r"""Test a model's service by a suite, which is data: write a suite.yaml, check it, and run it.

    \b
      slipway smoke check suite.yaml
      slipway smoke run suite.yaml --url http://127.0.0.1:8000
      slipway smoke run suite.yaml --url http://staging.example --production http://example --out evidence

    Three lines make a useful suite, with a golden set (pictures and an expected.csv) in golden/ beside it:

    \b
      accuracy: 0.9    # nine in ten of the golden set are right
      latency: 300     # 95 % of the answers take at most 300 ms
      compare: 0.9     # nine in ten of production's predictions stay what they are

    docs/suites.md says what else a suite can do.
    """
