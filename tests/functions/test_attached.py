"""The functions that only a stack has that is attached to an existing pipeline."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.attached_smoke_test import app as smoke_test_app
from functions.discover_pipeline import app as discover_app
from slipway import bootstrap
from slipway.adapters import beanstalk, bucket_region, cloudformation
from slipway.adapters.codepipeline import definition
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.errors import DiscoveryFailed
from tests.layers.slipway.attached.test_discovery import ARTICLE, ARTICLE_BUILD, project

ARN = "arn:aws:codepipeline:eu-central-1:123456789012:Bird_Classifier.prod"


@pytest.fixture
def responses(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What CloudFormation is told of the article's pipeline."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(cloudformation, "respond", lambda url, response: told.append(response))
    monkeypatch.setattr(definition, "pipeline", lambda name, session: ARTICLE)
    monkeypatch.setattr(definition, "projects", lambda pipeline, session: {"pack": project(ARTICLE_BUILD)})
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(bucket_region, "region_of", lambda bucket, session: "eu-central-1")
    monkeypatch.setattr(beanstalk.BeanstalkEnvironments, "__init__", lambda self, targets: None)
    monkeypatch.setattr(beanstalk.BeanstalkEnvironments, "address", lambda self, target: f"http://{target}.example.com")
    return told


def request(kind: str, **properties: str) -> dict[str, Any]:
    named = dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), "x")
    given = {"ExistingPipeline": "Bird_Classifier.prod", "Arn": ARN, "Console": "https://console", **properties}
    return named | {"RequestType": kind, "ResponseURL": "u", "ResourceProperties": given}


def test_what_is_discovered_are_the_attributes_of_the_resource(responses: list[dict[str, Any]]) -> None:
    """The template makes permissions, patterns and outputs of them."""
    discover_app.lambda_handler(request("Create"), None)  # type: ignore[arg-type]
    ((response),) = responses
    assert (response["Status"], response["PhysicalResourceId"]) == ("SUCCESS", "Bird_Classifier.prod")
    data = response["Data"]
    assert data["Approvals"] == f"{ARN}/Deploy/SignOff"
    assert (data["Bucket"], data["Prefix"], data["Uploads"]) == ("birds-models", "final_model/", "final_model/")
    assert (data["StagingEnvironment"], data["StagingUrl"]) == ("birds-app/birds-stage", "http://staging.example.com")
    assert "asks at Deploy/SignOff" in data["Sentence"]
    assert all(isinstance(value, str) for value in data.values())
    assert len(json.dumps(response)) < 4096  # CloudFormation takes no more


def test_parameters_win_over_what_is_found(responses: list[dict[str, Any]]) -> None:
    """As an operator gives them; those that are empty say nothing."""
    given = {"UploadsPrefix": "models/*/*/", "StagingUrl": "https://try.example.com", "ModelName": ""}
    discover_app.lambda_handler(request("Update", **given), None)  # type: ignore[arg-type]
    data = responses[0]["Data"]
    assert (data["Uploads"], data["StagingUrl"], data["Model"]) == (
        "models/",
        "https://try.example.com",
        "bird-classifier-prod",
    )


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (DiscoveryFailed("There is no such pipeline here."), "There is no such pipeline here."),
        (PermissionError("GetPipeline is denied"), "The pipeline could not be read: GetPipeline is denied"),
    ],
)
def test_whatever_goes_wrong_the_deployment_fails_with_a_sentence(
    responses: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    """It is all that the operator sees, and a stack waits for a resource that does not respond."""

    def fails(name: str, session: Any) -> None:
        raise error

    monkeypatch.setattr(definition, "pipeline", fails)
    discover_app.lambda_handler(request("Create"), None)  # type: ignore[arg-type]
    assert (responses[0]["Status"], responses[0]["Reason"]) == ("FAILED", reason)


def test_a_bucket_of_another_region_fails_the_deployment_with_a_sentence(
    responses: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its events would never arrive here."""
    monkeypatch.setattr(bucket_region, "region_of", lambda bucket, session: "af-south-1")
    discover_app.lambda_handler(request("Create"), None)  # type: ignore[arg-type]
    assert responses[0]["Status"] == "FAILED"
    assert responses[0]["Reason"].startswith("The bucket birds-models lies in af-south-1, and tells EventBridge")


def test_taking_the_stack_away_asks_nothing(responses: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipeline may be gone already."""
    monkeypatch.setattr(definition, "pipeline", lambda name, session: pytest.fail("asked"))
    discover_app.lambda_handler(request("Delete"), None)  # type: ignore[arg-type]
    assert responses[0]["Status"] == "SUCCESS"


def test_an_order_is_done_within_the_time_of_its_invocation(context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be done is delivered again."""
    done: list[tuple[SmokeTestOrder, float]] = []

    class Tests:
        def run(self, order: SmokeTestOrder, owner: str, seconds: float) -> str:
            done.append((order, seconds))
            if order.release == "bad":
                raise TimeoutError
            return "done"

    monkeypatch.setattr(bootstrap.attached_smoke_test, "build", Tests, raising=False)
    orders = [SmokeTestOrder(name, "execution", "staging", "run") for name in ("good", "bad")]
    records = [{"messageId": order.release, "body": order.message} for order in orders]
    answer = smoke_test_app.lambda_handler({"Records": records}, context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert [order for order, _ in done] == orders
    assert all(seconds < context.get_remaining_time_in_millis() / 1000 for _, seconds in done)
