"""Execution roles: what Lambda and the scheduler do for a function, they do with a role, and refuse or leave without.

Lambda asks about queues, streams, destinations, networks and traces when they are configured, about logs at each
invocation.
"""

# MiniStack is pinned, and has no public door for what is done here.

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ministack.services import eventbridge, iam, lambda_svc
from ministack.services.cloudformation import provisioners

from standins.aws import registry, roles
from standins.aws.wire import AwsError

type Properties = Mapping[str, Any]

QUEUE = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
STREAM = ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")
NETWORKS = ("CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface")
TRACES = ("PutTraceSegments", "PutTelemetryRecords")
SAMPLING = ("GetSamplingRules", "GetSamplingTargets", "GetSamplingStatisticSummaries")
_emit_logs = lambda_svc._emit_lambda_logs
_invoke_target = eventbridge._invoke_target


def register() -> None:
    """Ask IAM about the roles, and know the managed policy that SAM gives to functions with traces."""
    actions = [f"xray:{call}" for call in (*TRACES, *SAMPLING)]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": ["*"]}]}
    record = iam._make_aws_managed_record("AWSXrayWriteOnlyAccess", json.dumps(policy))
    iam._aws_managed_policies[record["Arn"]] = record
    for resource, asked in {
        "AWS::Lambda::Function": _function,
        "AWS::Lambda::EventSourceMapping": _source,
        "AWS::Lambda::EventInvokeConfig": _destination,
    }.items():
        handlers = provisioners._RESOURCE_HANDLERS[resource]
        provisioners._RESOURCE_HANDLERS[resource] = handlers | {"create": _checked(handlers["create"], asked)}
    functions = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    functions["create"] = _placed(functions["create"])
    lambda_svc._emit_lambda_logs = _emit_logs_if_allowed
    eventbridge._invoke_target = _invoke_if_allowed


def _checked(create: Callable[..., Any], asked: Callable[[Properties], Iterator[tuple[str, str, str]]]) -> Any:
    def checked(logical_id: str, properties: Properties, *rest: Any) -> Any:
        for role, action, resource in asked(properties):
            try:
                roles.require(role, action, resource)
            except AwsError as error:
                service, _, call = action.partition(":")
                lacks = f"does not have permissions to call {call} on {service.upper()}"
                raise ValueError(f"The provided execution role {lacks}") from error
        return create(logical_id, properties, *rest)

    return checked


def _placed(create: Callable[..., Any]) -> Any:
    """Note the network of a stack's function, which MiniStack drops."""

    def placed(logical_id: str, properties: Properties, *rest: Any) -> Any:
        name, attributes = create(logical_id, properties, *rest)
        if network := properties.get("VpcConfig"):
            lambda_svc._functions[name]["config"]["VpcConfig"] = lambda_svc._vpc_config_with_id(network)
        return name, attributes

    return placed


def _function(properties: Properties) -> Iterator[tuple[str, str, str]]:
    if properties.get("VpcConfig", {}).get("SubnetIds"):
        yield from ((properties["Role"], f"ec2:{call}", "*") for call in NETWORKS)
    if properties.get("TracingConfig", {}).get("Mode") == "Active":
        yield from ((properties["Role"], f"xray:{call}", "*") for call in TRACES)


def _source(properties: Properties) -> Iterator[tuple[str, str, str]]:
    source, role = str(properties["EventSourceArn"]), _role_of(properties["FunctionName"])
    service = source.split(":")[2]
    calls = {"sqs": QUEUE, "dynamodb": STREAM}.get(service, ())
    yield from ((role, f"{service}:{call}", source) for call in calls)
    yield from _destination(properties)


def _destination(properties: Properties) -> Iterator[tuple[str, str, str]]:
    for destination in (properties.get("DestinationConfig") or {}).values():
        if ":sqs:" in (arn := str(destination.get("Destination", ""))):
            yield _role_of(properties["FunctionName"]), "sqs:SendMessage", arn


def _role_of(function: str) -> str:
    found = provisioners._lambda_function_for_cfn_ref(function)[0]
    return str(found["config"]["Role"])


def _emit_logs_if_allowed(function: dict[str, Any], *arguments: Any, **named: Any) -> None:
    config = function.get("config") or function
    group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
    stream = registry.arn("logs", f"log-group:{group}:log-stream:today/[{config.get('Version', '$LATEST')}]")
    if all(_allowed(config["Role"], f"logs:{call}", stream) for call in ("CreateLogStream", "PutLogEvents")):
        _emit_logs(function, *arguments, **named)


def _invoke_if_allowed(target: Properties, event: Properties, *rest: Any, **named: Any) -> Any:
    scheduled = event.get("Source") == "aws.scheduler" and ":lambda:" in target["Arn"]
    if scheduled and not _allowed(target["RoleArn"], "lambda:InvokeFunction", target["Arn"]):
        return None
    return _invoke_target(target, event, *rest, **named)


def _allowed(role: str, action: str, resource: str) -> bool:
    try:
        roles.require(role, action, resource)
    except AwsError:
        return False
    return True
