"""Events that never come, and the functions that time calls to make up for them; `client` makes clients of boto3."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rehearsal import deployment
from rehearsal.errors import RehearsalError


@contextmanager
def without_pipeline_events(client: Callable[[str], Any]) -> Iterator[None]:
    """Keep the pipeline's events from Slipway for a while, as if EventBridge had lost them."""
    events = client("events")
    rules = events.list_rules(NamePrefix=f"{deployment.STACK}-RecordProgressPipeline")["Rules"]
    for rule in rules:
        events.disable_rule(Name=rule["Name"])
    try:
        yield
    finally:
        for rule in rules:
            events.enable_rule(Name=rule["Name"])


def call(client: Callable[[str], Any], function: str) -> None:
    """Call a function as its schedule does, which would take minutes; raises RehearsalError if it fails."""
    names = [each["FunctionName"] for each in client("lambda").list_functions()["Functions"]]
    name = next(name for name in names if name.startswith(f"{deployment.STACK}-{function}-"))
    answer = client("lambda").invoke(FunctionName=name, Payload=b"{}")
    if "FunctionError" in answer:
        raise RehearsalError(f"{function} failed: {answer['Payload'].read()!r}")
