"""The stack that a command is about, as its caller may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from slipway.cli.doctor import stack
from slipway.cli.session import session_of
from slipway.errors import NotFound, SlipwayError

_OPTIONS = (
    click.option("--stack", "stack_name", default="slipway", show_default=True, help="Name of the stack."),
    click.option("--region", help="Region, if not the one of your settings."),
    click.option("--profile", help="Profile of your AWS settings."),
)


class NotAllowed(SlipwayError):
    """AWS does not let the caller do something; the text says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack, and the caller's session."""

    session: boto3.Session
    stack: stack.Stack


def about_a_stack(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command with the options that name a stack."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def find(name: str, region: str | None, profile: str | None) -> Deployed:
    """Return the stack of a name with a session of its caller's; raises NotFound, or NotAllowed."""
    session = session_of(region, profile)
    with translated():
        found = stack.read(session, name)
    if found is None:
        raise NotFound(f"There is no stack {name} in {session.region_name}: name it by --stack, or the --region.")
    return Deployed(session, found)


@contextmanager
def translated() -> Iterator[None]:
    """Raise AWS's refusals as NotAllowed, with a sentence that says what to do."""
    try:
        yield
    except (NoCredentialsError, NoRegionError) as error:
        cure = "configure the AWS command line, or name a --profile and a --region"
        raise NotAllowed(f"{str(error).rstrip('.')}: {cure}.") from error
    except ClientError as error:
        code, action = error.response["Error"].get("Code", ""), error.operation_name
        if code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"):
            cure = "have the policy of the stack's output AuthorsPolicy attached to you"
            raise NotAllowed(f"AWS does not let you do {action}: {cure}.") from error
        raise NotAllowed(f"AWS refused {action}: {error.response['Error'].get('Message', code)}") from error
    except BotoCoreError as error:
        raise NotAllowed(f"AWS cannot be asked: {error}") from error
