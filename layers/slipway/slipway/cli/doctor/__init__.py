"""`slipway doctor`: looks at an account and a stack, changes nothing, and says what would go wrong.

In: credentials, the stack's name, parameters. Out: one line a finding with its cure. Called by people, and by
`make deploy` first and last.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import partial
from typing import TextIO

import boto3
import click

from slipway.cli.doctor import account, attached, permissions, redirect, routes, slack, stack
from slipway.cli.doctor.finding import Check, Finding, Level, examine
from slipway.cli.session import session_of
from slipway.cli.terminal import say
from slipway.errors import NotFound
from slipway.models.text import visible

type Parameters = Mapping[str, str]

MARKS = {Level.OK: "ok     ", Level.NOTE: "note   ", Level.UNKNOWN: "unknown", Level.PROBLEM: "PROBLEM"}
COLOURS = {Level.OK: "green", Level.NOTE: "cyan", Level.UNKNOWN: "yellow", Level.PROBLEM: "red"}


@click.command()
@click.option("--stack", "name", default="slipway", show_default=True, help="Name of the stack.")
@click.option("--parameters", type=click.File(), help="JSON file of the parameters that a deployment will have.")
@click.option("--existing-pipeline", default="", help="Pipeline that a first deployment will be attached to.")
@click.option("--region", help="Region, if not the one of your settings.")
@click.option("--profile", help="Profile of your AWS settings.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(
    name: str, parameters: TextIO | None, existing_pipeline: str, region: str | None, profile: str | None, as_json: bool
) -> None:
    """Look for what would make a deployment or a release fail, and change nothing.

    Exit code 0: nothing was found. 1: there is a problem. 2: AWS does not take your credentials.
    """
    try:
        session = session_of(region, profile)
    except NotFound as error:
        raise click.BadParameter(str(error), param_hint="--profile") from error
    found = []
    planned = json.load(parameters) if parameters else {"ExistingPipeline": existing_pipeline}
    for finding in findings(session, name, planned):
        found.append(finding)
        if not as_json:
            show(finding)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=1))
    problems = {finding.name for finding in found if finding.level is Level.PROBLEM}
    raise SystemExit(2 if "credentials" in problems else bool(problems))


def show(finding: Finding) -> None:
    """Print a finding and, below it, what to do about it."""
    mark = click.style(MARKS[finding.level], COLOURS[finding.level])
    click.echo(f"{mark}  {visible(f'{finding.name}: {finding.sentence}')}")
    if finding.cure:
        say(f"         {finding.cure}")


def findings(session: boto3.Session, name: str, planned: Parameters) -> Iterator[Finding]:
    """Yield the findings on the account, and on the stack if there is one; without credentials or region, only that.

    `planned` are parameters that a deployment will have, and none if none is meant.
    """
    basics = [*account.credentials(session), *account.region(session)]
    yield from basics
    if any(finding.level is Level.PROBLEM for finding in basics):
        return
    found = list[stack.Stack]()

    def read() -> Iterator[Finding]:
        """Yield the findings on the stack, and keep it for the other checks."""
        if known := stack.read(session, name):
            found.append(known)
            yield from stack.state(known)
        else:
            yield Finding("stack", Level.NOTE, f"{name} is not deployed yet in {session.region_name}.")

    yield from examine("stack", read)
    deployed = found[0] if found else None
    if deployed:
        yield from stack.processor(deployed, planned.get("Architecture", ""))
    parameters = dict(deployed.parameters if deployed else {})
    parameters |= {key: value for key, value in planned.items() if value}
    for label, check in _checks(session, deployed, parameters):
        yield from examine(label, check)


def _checks(
    session: boto3.Session, deployed: stack.Stack | None, parameters: Parameters
) -> Iterator[tuple[str, Check]]:
    """Yield the checks that there is something to look at for, by their labels."""
    is_attached = bool(parameters.get("ExistingPipeline"))
    made = deployed.outputs.get("ConnectionArn", "") if deployed else ""
    if (connection_arn := parameters.get("ConnectionArn") or made) and not is_attached:
        yield "connection", partial(account.connection, session, connection_arn)
    if certificate := parameters.get("CertificateArn"):
        yield "certificate", partial(account.certificate, session, certificate)
    if parameters.get("StagingAccess") == "vpc":
        subnets = parameters.get("FunctionSubnets", "")
        yield "smoke test", partial(routes.way_out, session, parameters.get("VpcId", ""), subnets)
    yield "functions", partial(account.functions_quota, session)
    if is_attached:
        yield "existing pipeline", partial(attached.existing, session, parameters)
    else:
        yield "builds", partial(account.builds_quota, session, parameters.get("Architecture", ""))
    if deployed is None or not deployed.outputs:  # a first deployment that failed has none
        if not is_attached:
            vpc, subnets = parameters.get("VpcId", ""), parameters.get("LoadBalancerSubnets", "")
            yield "network", partial(account.network, session, vpc, subnets)
            yield "platform", partial(account.platform, session, parameters.get("SolutionStackName", ""))
        return
    if not is_attached:
        yield "environments", partial(stack.environments, session, deployed)
        yield "https", partial(redirect.redirect, session, deployed)
    yield "mail", partial(stack.mail, session, deployed)
    yield "alarms", partial(stack.alarms, session, deployed)
    yield "slack", partial(slack.slack, session, deployed)
    yield "suite of record", partial(stack.suite, session, deployed)
    yield "permissions", partial(permissions.permissions, session, deployed)
