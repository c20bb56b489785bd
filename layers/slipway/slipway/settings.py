"""What each function is told by its environment: one frozen dataclass per function, read once, never guessed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from slipway.errors import SettingMissing


@dataclass(frozen=True, slots=True)
class ReceiveUpload:
    """`settle_seconds` without anything new below a prefix make an upload complete."""

    ledger_table: str
    model_bucket: str
    pipeline_name: str
    uploads_queue: str
    settle_seconds: int
    max_model_bytes: int
    allow_pickle: bool


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """What open_release is told."""

    ledger_table: str
    pipeline_name: str


@dataclass(frozen=True, slots=True)
class SmokeTest:
    """What smoke_test is told."""

    ledger_table: str
    model_bucket: str
    pipeline_name: str


@dataclass(frozen=True, slots=True)
class RecordProgress:
    """`on_newer_candidate` is `replace` or `queue`: what becomes of a release that waits when a newer one is built."""

    ledger_table: str
    model_bucket: str
    pipeline_name: str
    on_newer_candidate: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Without a `slack_channel` there is no Slack: e-mail and the console, at `console_url`, still work.

    `approvers` is as in TakeAnswer; `mail_to` gets a copy of every mail, `escalate_to` is told when nobody answers, and
    `link_secret` signs personal links to the pages at `web_url`.
    """

    ledger_table: str
    model_bucket: str
    pipeline_name: str
    aws_region: str
    console_url: str
    approvers: str
    required_approvals: int
    allow_self_approval: bool
    escalate_to: str
    link_secret: str
    web_url: str
    topic_arn: str
    mail_to: str
    slack_channel: str
    slack_api_url: str
    slack_secret: str
    staging_url: str
    production_url: str


@dataclass(frozen=True, slots=True)
class Web:
    """Without a `slack_secret` there is no Slack, and with a `slack_team` none of other workspaces.

    `link_secret` signs personal links.
    """

    clicks_queue: str
    slack_secret: str
    slack_team: str
    slack_api_url: str
    link_secret: str
    ledger_table: str
    model_bucket: str
    pipeline_name: str
    approvers: str
    required_approvals: int
    allow_self_approval: bool


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """`approvers` is the template's parameter, as in `U0ADA=ada@example.com,U0GRACE=grace@example.com`.

    `link_secret` signs personal links to the pages at `web_url`.
    """

    link_secret: str
    web_url: str
    ledger_table: str
    pipeline_name: str
    approvers: str
    required_approvals: int
    allow_self_approval: bool


@dataclass(frozen=True, slots=True)
class Sweep:
    """`escalate_after_minutes` without a decision, others are told; zero means never.

    `on_newer_candidate` is as in RecordProgress, `approvers` as in TakeAnswer.
    """

    ledger_table: str
    model_bucket: str
    pipeline_name: str
    on_newer_candidate: str
    approvers: str
    required_approvals: int
    allow_self_approval: bool
    escalate_after_minutes: int


def read[T](kind: type[T], environ: Mapping[str, str] | None = None) -> T:
    """Read a function's settings from its environment; each field is the variable of the same name, upper case."""
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
