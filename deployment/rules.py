"""The template's rules: what answers have to be together, beyond what each may be alone."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

FUNCTIONS: dict[str, Callable[[list[Any]], bool]] = {
    "Equals": lambda values: values[0] == values[1],
    "Not": lambda values: not values[0],
    "And": all,
    "Or": any,
}


def broken(rules: Mapping[str, Any], answers: Mapping[str, str]) -> Iterator[str]:
    """Yield what each broken assertion says; `answers` have a value for every parameter."""
    for rule in rules.values():
        if holds(rule.get("RuleCondition", True), answers):
            yield from (
                str(one["AssertDescription"]) for one in rule["Assertions"] if not holds(one["Assert"], answers)
            )


def holds(condition: Any, answers: Mapping[str, str]) -> Any:
    """Evaluate a condition of CloudFormation's: a function with its arguments, a reference, or a value."""
    if not isinstance(condition, dict):
        return condition
    ((function, given),) = condition.items()
    if function == "Ref":
        return answers[given]
    return FUNCTIONS[function]([holds(one, answers) for one in given])
