"""Hooks services of ours into MiniStack's registries, so that it routes to them and enforces IAM before them.

Everything here that is private to MiniStack was read in version 1.5.33, which standins/requirements.txt pins.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator, responses, router
from ministack.services.cloudformation import provisioners, stacks

from standins.aws.wire import AwsError, Request, Service

type IamResource = Callable[[str, Request], str]
type Provisioner = dict[str, Callable[..., Any]]

_services: dict[str, tuple[Service, IamResource]] = {}
_resource_types: set[str] = set()
_extract_resource_arn = iam_actions.extract_resource_arn
_runs_on_worker_thread = stacks._runs_on_worker_thread


def register(
    service: Service, iam_resource: IamResource, resource_types: Mapping[str, Provisioner] | None = None
) -> None:
    """Route a service's requests to it, with IAM enforced on the resource ARN that `iam_resource` computes.

    `iam_resource` takes the operation's name and the request and returns an ARN or "*". `resource_types` maps
    CloudFormation types to {"create", "update", "delete"}: create(logical_id, properties, stack_name) and
    update(physical_id, old, new, stack_name) return (physical id, attributes); delete(physical_id, properties).
    They run in a worker thread and may block.
    """
    metadata, name = service.model.metadata, service.name
    _services[name] = (service, iam_resource)
    app.SERVICE_HANDLERS[name] = service.handle_request
    router.SERVICE_PATTERNS[name] = {
        "target_prefixes": [f"{metadata['targetPrefix']}."] if "targetPrefix" in metadata else [],
        "host_patterns": [rf"^{metadata['endpointPrefix']}\."],
        "credential_scope": metadata.get("signingName", metadata["endpointPrefix"]),
    }
    iam_actions.SERVICE_TO_IAM_NAMESPACE[name] = name
    if service.model.protocol == "query":
        iam_actions._SERVICE_PROTOCOL[name] = "query-xml"
        iam_actions._QUERY_XML_NS[name] = metadata["xmlNamespace"]
    iam_actions.extract_resource_arn = _resource_arn
    provisioners._RESOURCE_HANDLERS.update(resource_types or {})
    _resource_types.update(resource_types or {})
    stacks._runs_on_worker_thread = lambda kind: kind in _resource_types or _runs_on_worker_thread(kind)


def account() -> str:
    """The account of the current request, or the default one outside of requests."""
    return str(responses.get_account_id())


def region() -> str:
    """The region of the current request, or the default one outside of requests."""
    return str(responses.get_region())


def caller() -> str:
    """The ARN of whoever makes the current request."""
    return str(iam_evaluator.caller_arn())


def arn(service: str, resource: str) -> str:
    """The ARN of a resource of this account and region."""
    return f"arn:aws:{service}:{region()}:{account()}:{resource}"


def physical_name(stack_name: str, logical_id: str, longest: int) -> str:
    """The name CloudFormation gives a resource whose template names none."""
    return str(provisioners._physical_name(stack_name, logical_id, max_len=longest))


def _resource_arn(
    service: str,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    params: dict[str, Any],
    *place: str,
) -> str:
    """Compute the resource of a request: ours by our services, all others by MiniStack."""
    if service not in _services:
        resource = str(_extract_resource_arn(service, method, path, headers, body, params, *place))
        return resource + _log_stream(body) if service == "logs" else resource
    ours, iam_resource = _services[service]
    try:
        call = ours.read(headers, body, params)
    except AwsError:
        return "*"
    return iam_resource(call.operation.name, call.request)


def _log_stream(body: bytes) -> str:
    """AWS asks about the stream that is written to; MiniStack about its group, whose ARN ends differently."""
    stream = json.loads(body or b"{}").get("logStreamName")
    return f":log-stream:{stream}" if stream else ""
