"""What each function reads from its environment: one frozen dataclass per function, read once, never guessed.

Groups of variables that several functions need are declared once and inherited.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from slipway.errors import SettingMissing


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The table that keeps candidates and releases."""

    ledger_table: str


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """The model bucket."""

    model_bucket: str


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The pipeline, whose name is also that of the Beanstalk application."""

    pipeline_name: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Who approves: `approvers` is the parameter, as in `U0ADA=ada@example.com,U0GRACE=grace@example.com`."""

    approvers: str
    required_approvals: int
    allow_self_approval: bool


@dataclass(frozen=True, kw_only=True)
class Links:
    """Personal links: `link_secret` is the ARN of the secret that signs them."""

    link_secret: str


@dataclass(frozen=True, kw_only=True)
class WebLinks(Links):
    """Personal links that are sent to people, to the pages at `web_url`."""

    web_url: str


@dataclass(frozen=True, kw_only=True)
class Supersede:
    """`on_newer_candidate` is `replace` or `queue`: what becomes of a release that waits when a newer one is built."""

    on_newer_candidate: str


@dataclass(frozen=True, kw_only=True)
class Slack:
    """Without a `slack_secret`, the ARN of the app's credentials, there is no Slack."""

    slack_secret: str
    slack_api_url: str


@dataclass(frozen=True, kw_only=True)
class ReceiveUpload(Ledger, Bucket, Pipeline):
    """`settle_seconds` without anything new below a prefix make an upload complete."""

    uploads_queue: str
    settle_seconds: int
    max_model_bytes: int
    max_uploads_per_hour: int
    allow_pickle: bool


@dataclass(frozen=True, kw_only=True)
class OpenRelease(Ledger, Pipeline):
    """Settings of open_release."""


@dataclass(frozen=True, kw_only=True)
class SmokeTest(Ledger, Bucket, Pipeline):
    """Settings of smoke_test."""


@dataclass(frozen=True, kw_only=True)
class RecordProgress(Ledger, Bucket, Pipeline, Supersede):
    """Settings of record_progress."""


@dataclass(frozen=True, kw_only=True)
class Announce(Ledger, Bucket, Pipeline, Policy, WebLinks, Slack):
    """Without a `slack_channel`, people are told by e-mail only.

    `mail_to` gets a copy of every mail, `escalate_to` is told when nobody answers.
    """

    aws_region: str
    console_url: str
    staging_url: str
    production_url: str
    topic_arn: str
    mail_to: str
    escalate_to: str
    slack_channel: str


@dataclass(frozen=True, kw_only=True)
class WebSlack(Slack):
    """Settings of web for requests from Slack; with a `slack_team`, none of other workspaces is taken."""

    clicks_queue: str
    slack_team: str


@dataclass(frozen=True, kw_only=True)
class WebPages(Ledger, Bucket, Pipeline, Policy, Links):
    """Settings of web for the pages of personal links."""


@dataclass(frozen=True, kw_only=True)
class TakeAnswer(Ledger, Pipeline, Policy, WebLinks):
    """Settings of take_answer."""


@dataclass(frozen=True, kw_only=True)
class Sweep(Ledger, Bucket, Pipeline, Policy, Supersede):
    """After `escalate_after_minutes` without a decision others are told; zero means never."""

    escalate_after_minutes: int


def read[T](kind: type[T], environ: Mapping[str, str] | None = None) -> T:
    """Read a function's settings from its environment; each field is the variable of the same name, upper case.

    Raises SettingMissing, which names the variable.
    """
    source = os.environ if environ is None else environ
    values = {}
    for field in fields(kind):  # type: ignore[arg-type]  # T is one of the dataclasses above
        name = field.name.upper()
        if name not in source:
            raise SettingMissing(f"The environment variable {name} is missing: set it in template.yaml.")
        values[field.name] = _CONVERSIONS[str(field.type)](source[name])
    return kind(**values)


_CONVERSIONS: dict[str, Callable[[str], object]] = {
    "str": str,
    "int": int,
    "bool": lambda text: text.lower() == "true",
}
