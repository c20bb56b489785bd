"""Certificate Manager: a requested certificate waits for its validation, which nobody can do here; import one."""

# MiniStack is pinned, and has no public door for what is done here.

import json
from typing import Any

from ministack.services import acm

_request_certificate = acm._request_certificate


def register() -> None:
    """Issue nothing that nobody has validated."""
    acm._request_certificate = _request_and_wait


def status(arn: str) -> str:
    """A certificate's status in this account and region; empty if there is none."""
    return str((acm._get_local_certificate(arn) or {}).get("Status", ""))


def key_pair(arn: str) -> str:
    """An imported certificate with its chain and private key, as PEM."""
    found = acm._get_local_certificate(arn)
    return "\n".join((found["_private_key"], found["_pem_body"], found["_pem_chain"]))


def _request_and_wait(request: dict[str, Any]) -> Any:
    answer = _request_certificate(request)
    if answer[0] == 200:
        found = acm._get_local_certificate(json.loads(answer[2])["CertificateArn"])
        found["Status"] = "PENDING_VALIDATION"
        for option in found["DomainValidationOptions"]:
            option["ValidationStatus"] = "PENDING_VALIDATION"
    return answer
