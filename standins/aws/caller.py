"""What the caller of the current request may do: some services act on other services in their caller's name."""

from collections.abc import Mapping

from standins.aws import iam, registry


def denial(action: str, resource: str, context: Mapping[str, str]) -> str:
    """Return AWS's sentence when the caller may not do something, and nothing when it may.

    `context` holds condition keys in lower case. Callers that are no role, the root user for one, may do everything.
    """
    arn = registry.caller()
    if not (role := iam.role_name(arn)) or iam.allows(role, arn, action, resource, context):
        return ""
    return f"User: {arn} is not authorized to perform: {action} on resource: {resource}"
