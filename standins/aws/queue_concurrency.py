"""The concurrency of a queue's functions as a number: MiniStack keeps the text of a CloudFormation parameter."""

from typing import Any

from ministack.services import lambda_svc

_concurrency = lambda_svc._sqs_esm_concurrency


def register() -> None:
    """Let a template's parameter say how many messages are handled at a time."""
    lambda_svc._sqs_esm_concurrency = _limited


def _limited(mapping: dict[str, Any], *arguments: Any) -> int:
    scaling = {name: int(value) for name, value in (mapping.get("ScalingConfig") or {}).items()}
    return int(_concurrency({**mapping, "ScalingConfig": scaling}, *arguments))
