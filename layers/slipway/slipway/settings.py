"""What each function reads from its environment: one frozen dataclass per function, read once, never guessed.

Groups of variables that several functions need are declared once and inherited.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields

from slipway.errors import SettingMissing


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """The table that keeps releases, and the pipeline, whose name is also that of the Beanstalk application."""

    ledger_table: str
    pipeline_name: str


@dataclass(frozen=True, kw_only=True)
class Delivery(Workflow):
    """What discovery found of an existing pipeline, as JSON; empty for a pipeline of the stack's own."""

    existing_pipeline: str


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """The model bucket."""

    model_bucket: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Who approves: `approvers` is the parameter, as in `U0ADA=ada@example.com,U0GRACE=grace@example.com`."""

    approvers: str
    required_approvals: int
    allow_self_approval: bool
    uploader_proof: str


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
class Calendar:
    """When production is open, as the parameters `ReleaseHours` and `Freezes` say it."""

    release_hours: str
    freezes: str


@dataclass(frozen=True, kw_only=True)
class SlackApi:
    """The address of Slack's Web API; what a request names is only called if it belongs to it."""

    slack_api_url: str


@dataclass(frozen=True, kw_only=True)
class ReceiveUpload(Delivery, Bucket):
    """`settle_seconds` without anything new below a prefix make an upload complete."""

    uploads_queue: str
    settle_seconds: int
    max_model_bytes: int
    max_uploads_per_hour: int
    accepted_formats: str
    allow_pickle: bool
    allow_looser_suites: bool
    allow_other_models: bool
    suite_minutes: int
    uploader_proof: str
    model_signing_keys: str


@dataclass(frozen=True, kw_only=True)
class OpenRelease(Workflow):
    """Settings of open_release."""


@dataclass(frozen=True, kw_only=True)
class SuiteRuns(Workflow, Bucket):
    """`suite_minutes` are all that a suite may take, in however many invocations."""

    suite_minutes: int


@dataclass(frozen=True, kw_only=True)
class SmokeTest(SuiteRuns, Calendar):
    """Settings of smoke_test; `replay` says whether requests of production are sampled, to be asked again."""

    replay: bool


@dataclass(frozen=True, kw_only=True)
class RecordUploader(Bucket):
    """Settings of record_uploader."""

    ledger_table: str


@dataclass(frozen=True, kw_only=True)
class Orders:
    """The queue of smoke test orders, which only a stack has that is attached to an existing pipeline."""

    orders_queue: str


@dataclass(frozen=True, kw_only=True)
class RecordProgress(Delivery, Bucket, Supersede, Orders):
    """Settings of record_progress."""


@dataclass(frozen=True, kw_only=True)
class AttachedSmokeTest(SuiteRuns, Delivery, Supersede, Orders):
    """Settings of attached_smoke_test.

    `on_failed_test` is `reject` or `ask`, `on_changed_model` `warn` or `reject`, `on_failed_verification` `tell`,
    `offer` or `go-back`.
    """

    on_failed_test: str
    on_changed_model: str
    on_failed_verification: str


@dataclass(frozen=True, kw_only=True)
class WatchProduction(Workflow):
    """`bake_alarms` are the ARNs of the alarms that count for `bake_minutes` after a release went live."""

    bake_alarms: str
    bake_minutes: int


@dataclass(frozen=True, kw_only=True)
class Announce(Workflow, Bucket, Policy, WebLinks, SlackApi):
    """Without a `slack_channel`, people are told by e-mail only; `slack_secret` is the ARN of the app's credentials.

    `mail_to` gets a copy of every mail, `escalate_to` is told when nobody answers. `authors` are told about releases of
    their own; they are written like approvers.
    """

    authors: str

    aws_region: str
    console_url: str
    staging_url: str
    production_url: str
    topic_arn: str
    mail_to: str
    escalate_to: str
    slack_channel: str
    slack_secret: str


@dataclass(frozen=True, kw_only=True)
class WebSlack(SlackApi):
    """Without a `slack_secret`, the ARN of the app's credentials, there is no Slack.

    With a `slack_team`, the id of a workspace or of an organisation, requests of others are refused. Lambda sets the
    region and the keys of the function's role; an `aws_endpoint_url` takes the place of AWS's own endpoints, as it does
    for boto3.
    """

    clicks_queue: str
    slack_secret: str
    slack_team: str
    aws_region: str
    aws_access_key_id: str = ""
    aws_secret_access_key: str = field(default="", repr=False)
    aws_session_token: str = field(default="", repr=False)
    aws_endpoint_url: str = ""


@dataclass(frozen=True, kw_only=True)
class WebPages(Delivery, Bucket, Policy, Calendar, Links, Orders):
    """Settings of web for the pages of personal links."""


@dataclass(frozen=True, kw_only=True)
class TakeAnswer(Delivery, Bucket, Policy, Calendar, WebLinks, SlackApi, Orders):
    """Settings of take_answer."""


@dataclass(frozen=True, kw_only=True)
class Sweep(Delivery, Bucket, Policy, Calendar, Supersede, Orders):
    """After `escalate_after_minutes` without a decision others are told; zero means never."""

    escalate_after_minutes: int


def read[T](kind: type[T], environ: Mapping[str, str] | None = None) -> T:
    """Read a function's settings from its environment; each field is the variable of the same name, upper case.

    Raises SettingMissing, which names the variable, for a field without a default.
    """
    source = os.environ if environ is None else environ
    values = {}
    for each in fields(kind):  # type: ignore[arg-type]  # T is one of the dataclasses above
        name = each.name.upper()
        if name in source:
            values[each.name] = _CONVERSIONS[str(each.type)](source[name])
        elif each.default is MISSING:
            raise SettingMissing(f"The environment variable {name} is missing: set it in template.yaml.")
    return kind(**values)


def process_environment(**more: str) -> dict[str, str]:
    """Return the environment of a process to start on a developer's machine: this one's, and more."""
    return {**os.environ, **more}


_CONVERSIONS: dict[str, Callable[[str], object]] = {"str": str, "int": int, "bool": lambda text: text.lower() == "true"}
