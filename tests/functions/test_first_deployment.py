"""What the first deployment decides is decided once."""

from __future__ import annotations

from typing import Any

import pytest

from functions.first_deployment import app
from slipway.adapters import cloudformation

OLD, NEW = (f"64bit Amazon Linux 2023 v4.{minor}.0 running Docker" for minor in (9, 11))


@pytest.fixture
def responses(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What CloudFormation is told, while AWS offers two platforms."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(cloudformation, "respond", lambda url, response: told.append(response))
    monkeypatch.setattr(app, "docker_platforms", lambda: [NEW, OLD])
    return told


def request(kind: str, known: str = "", wanted: str = "") -> dict[str, Any]:
    named = dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), "x")
    before = {"PhysicalResourceId": known} if known else {}
    kinds = {"RequestType": kind, "ResourceType": "Custom::Platform", "ResponseURL": "u"}
    return named | before | kinds | {"ResourceProperties": {"Wanted": wanted}}


@pytest.mark.parametrize(
    ("event", "platform"),
    [
        (request("Create"), NEW),
        (request("Create", wanted=OLD), OLD),
        (request("Update", known=OLD), OLD),
        (request("Update", known=OLD, wanted=NEW), NEW),
        (request("Delete", known=OLD), OLD),
    ],
)
def test_the_newest_platform_is_taken_once(
    responses: list[dict[str, Any]], event: dict[str, Any], platform: str
) -> None:
    """An update keeps what stands, unless the operator names another one."""
    app.lambda_handler(event, None)  # type: ignore[arg-type]
    assert [(one["Status"], one["PhysicalResourceId"]) for one in responses] == [("SUCCESS", platform)]


def test_a_region_without_the_platform_fails_the_deployment(
    responses: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a sentence."""
    monkeypatch.setattr(app, "docker_platforms", list)
    app.lambda_handler(request("Create"), None)  # type: ignore[arg-type]
    assert responses[0]["Status"] == "FAILED"
    assert "offers no Docker platform" in responses[0]["Reason"]


class Running:
    """An application whose staging runs something already."""

    def __init__(self, name: str) -> None:
        self.application = name

    def running(self, target: str) -> str:
        return {"staging": "digits-r7"}.get(target, "")


@pytest.mark.parametrize(
    ("kind", "known", "target", "label"),
    [
        ("Create", "", "production", "born"),
        ("Create", "", "staging", "digits-r7"),
        ("Update", "earlier", "production", "earlier"),
        ("Update", "earlier", "staging", "earlier"),
        ("Delete", "earlier", "staging", "earlier"),
    ],
)
def test_the_version_of_an_environment_s_birth_never_changes(
    responses: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    known: str,
    target: str,
    label: str,
) -> None:
    """CloudFormation would deploy another one over what is live; so does an update of a stack that had none."""
    monkeypatch.setattr(app, "BeanstalkEnvironments", Running)
    properties = {"Application": "slipway", "Target": target, "Label": "born"}
    version = {"ResourceType": "Custom::FirstVersion", "ResourceProperties": properties}
    app.lambda_handler(request(kind, known) | version, None)  # type: ignore[arg-type]
    assert [(one["Status"], one["PhysicalResourceId"]) for one in responses] == [("SUCCESS", label)]


@pytest.mark.parametrize(
    ("kind", "known", "status", "listener"),
    [
        ("Create", "", "SUCCESS", "arn:of:app.example.com"),
        ("Update", "arn:of:what-was-rebuilt", "SUCCESS", "arn:of:app.example.com"),
        ("Delete", "arn:of:app.example.com", "SUCCESS", "arn:of:app.example.com"),
    ],
)
def test_a_listener_is_looked_up_each_time(
    responses: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, kind: str, known: str, status: str, listener: str
) -> None:
    """An environment that was rebuilt has another load balancer."""
    monkeypatch.setattr(app, "plain_listener", lambda address: f"arn:of:{address}")
    plain = {"ResourceType": "Custom::PlainListener", "ResourceProperties": {"Address": "app.example.com"}}
    app.lambda_handler(request(kind, known) | plain, None)  # type: ignore[arg-type]
    assert [(one["Status"], one["PhysicalResourceId"]) for one in responses] == [(status, listener)]
