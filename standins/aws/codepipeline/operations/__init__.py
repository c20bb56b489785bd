"""CodePipeline's operations, by what they are about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from standins.aws.codepipeline.pipelines import Pipelines
from standins.aws.wire import AwsError, Request

type Answer = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """The account's pipelines, and who asks, from where: `caller` is an ARN."""

    pipelines: Pipelines
    caller: Callable[[], str]
    region: Callable[[], str]
    id: Callable[[], str]

    def arn(self, pipeline: str) -> str:
        """The ARN of a pipeline."""
        return f"arn:aws:codepipeline:{self.region()}:{self.id()}:{pipeline}"


def page[T](items: Sequence[T], request: Request, name: str) -> dict[str, Any]:
    """The part of a list that a request asks for, under its name, with the token for the next part."""
    try:
        start = int(request.get("nextToken", "0"))
    except ValueError as error:
        raise AwsError("InvalidNextTokenException", "The next token was specified in an invalid format") from error
    end = start + request.get("maxResults", 100)
    answer: dict[str, Any] = {name: list(items[start:end])}
    return answer | ({"nextToken": str(end)} if end < len(items) else {})
