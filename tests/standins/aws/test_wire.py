"""AWS's wire formats and constraints, on services made for the tests."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.parsers import create_parser
from botocore.session import get_session

from standins.aws.wire import AwsError, ModelViolation, Operation, Service

STATE = "CodePipeline_20150709.GetPipelineState"


def test_json_is_read_and_written() -> None:
    """A JSON request reaches its operation with the model's keys, and its answer goes out as JSON."""
    asked: list[dict[str, Any]] = []

    def state(request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request)
        return {"pipelineName": request["name"]}

    status, answer = _json({"GetPipelineState": state}, {"name": "digits"})
    assert (status, answer) == (200, {"pipelineName": "digits"})
    assert asked == [{"name": "digits"}]


def test_query_is_read_and_written() -> None:
    """A query request becomes lists and maps, and its answer goes out as the XML botocore reads."""
    service = Service("elasticbeanstalk", {"DescribeEnvironments": _environments})
    form = {"Action": "DescribeEnvironments", "EnvironmentNames.member.1": "stage", "EnvironmentNames.member.2": "live"}
    status, headers, body = _ask(service, {}, urlencode(form).encode())
    model = get_session().get_service_model("elasticbeanstalk")
    shape = model.operation_model("DescribeEnvironments").output_shape
    assert shape
    parsed = create_parser("query").parse({"status_code": status, "headers": headers, "body": body}, shape)
    assert [each["EnvironmentName"] for each in parsed["Environments"]] == ["stage", "live"]


@pytest.mark.parametrize(
    ("request_", "constraint"),
    [
        ({}, "Value null at 'name' failed to satisfy constraint: Member must not be null"),
        ({"name": "a b"}, "Member must satisfy regular expression pattern"),
        ({"name": "x" * 101}, "Member must have length less than or equal to 100"),
        ({"name": ""}, "Member must have length greater than or equal to 1"),
        ({"name": 7}, "Member must be of type string"),
    ],
)
def test_requests_are_checked(request_: dict[str, Any], constraint: str) -> None:
    """A request the model does not allow is refused in AWS's words before any operation sees it."""
    status, answer = _json({"GetPipelineState": lambda request: request}, request_)
    assert (status, answer["__type"]) == (400, "ValidationException")
    assert constraint in answer["Message"]


def test_enums_are_checked() -> None:
    """A value that is none of the model's is refused, case included."""
    result = {"status": "approved", "summary": ""}
    token = "00000000-0000-0000-0000-000000000000"
    names = {"pipelineName": "p", "stageName": "s", "actionName": "a", "token": token}
    target = "CodePipeline_20150709.PutApprovalResult"
    _, answer = _json({"PutApprovalResult": lambda _: {}}, {**names, "result": result}, target)
    assert "at 'result.status' failed to satisfy constraint: Member must satisfy enum value set" in answer["Message"]


def test_answers_are_checked() -> None:
    """An answer AWS could not give is a fault of the local AWS, whatever the client would make of it."""
    with pytest.raises(ModelViolation, match="pipelineName"):
        _json({"GetPipelineState": lambda _: {"pipelineName": "a b"}}, {"name": "digits"})
    with pytest.raises(ModelViolation, match=r"unknown \.pipelinename"):
        _json({"GetPipelineState": lambda _: {"pipelinename": "a"}}, {"name": "digits"})


def test_errors_are_those_of_the_model() -> None:
    """What an operation raises becomes the error the client knows."""

    def refuse(_: dict[str, Any]) -> None:
        raise AwsError("PipelineNotFoundException", "No pipeline digits")

    status, answer = _json({"GetPipelineState": refuse}, {"name": "digits"})
    assert (status, answer["__type"], answer["Message"]) == (400, "PipelineNotFoundException", "No pipeline digits")


def test_what_is_missing_says_so() -> None:
    """An operation AWS has and the local AWS lacks is refused by name."""
    status, answer = _json({}, {"name": "digits"})
    assert status == 501
    assert answer["Message"] == "codepipeline GetPipelineState is not emulated by the local AWS."


def _environments(request: dict[str, Any]) -> dict[str, Any]:
    return {"Environments": [{"EnvironmentName": name} for name in request["EnvironmentNames"]]}


def _json(operations: dict[str, Operation], request: dict[str, Any], target: str = STATE) -> tuple[int, dict[str, Any]]:
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    status, _, body = _ask(Service("codepipeline", operations), headers, json.dumps(request).encode())
    answer: dict[str, Any] = json.loads(body)
    return status, answer


def _ask(service: Service, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    return asyncio.run(service.handle_request("POST", "/", headers, body, {}))
