"""Events that never came, and the sweep that makes up for them."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from rehearsal import aws, deployment


@contextmanager
def without_pipeline_events() -> Iterator[None]:
    """Keep the pipeline's events from Slipway for a while, as if EventBridge had lost them."""
    client = boto3.client("events", config=aws.QUICK)
    rules = client.list_rules(NamePrefix=f"{deployment.STACK}-RecordProgressPipeline")["Rules"]
    for rule in rules:
        client.disable_rule(Name=rule["Name"])
    yield
    for rule in rules:
        client.enable_rule(Name=rule["Name"])


def sweep() -> None:
    """Let the sweep look now; its own schedule takes a quarter of an hour."""
    client = boto3.client("lambda", config=aws.QUICK)
    names = [function["FunctionName"] for function in client.list_functions()["Functions"]]
    name = next(name for name in names if name.startswith(f"{deployment.STACK}-Sweep-"))
    client.invoke(FunctionName=name, Payload=b"{}")
