"""Authorisation requests: who asked IAM for what, as the local AWS recorded it, and what policies say to it."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministack.core import iam_evaluator

ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Request:
    """One request for an action on a resource; `context` holds its condition keys in lower case."""

    action: str
    resource: str
    context: Mapping[str, Any]


def recorded(log: Path) -> dict[str, list[Request]]:
    """Read logs/iam.jsonl of a run: the requests that were allowed, by the name of the role that made them."""
    found: dict[str, list[Request]] = defaultdict(list)
    for line in map(json.loads, log.read_text().splitlines()):
        if line["decision"] == "Allow":
            found[line["role"]].append(Request(line["action"], line["resource"], line["context"]))
    return found


class Policies:
    """Policy documents as one role has them together; the account's own rules about resources are not among them."""

    def __init__(self, documents: Sequence[Mapping[str, Any]], region: str, account: str = ACCOUNT) -> None:
        self._parsed = [iam_evaluator.parse_policy_document(dict(document)) for document in documents]
        self.region, self._account = region, account

    def allow(self, request: Request) -> bool:
        """Return whether a request is allowed."""
        context = iam_evaluator.EvalContext(
            principal_arn="caller",
            principal_type="AssumedRole",
            principal_account=self._account,
            action=request.action,
            resource_arn=request.resource,
            region=self.region,
            service_context=dict(request.context),
        )
        return bool(iam_evaluator.evaluate(context, self._parsed).decision == "Allow")

    def first_denied(self, requests: Sequence[Request]) -> Request | None:
        """Return the first request that is not allowed; None if all are."""
        return next((request for request in requests if not self.allow(request)), None)
