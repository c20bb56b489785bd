"""Nested stacks as CloudFormation has them, where MiniStack differs.

What one retains stays when its parent is deleted, and its events say so. Its resources that an update leaves alone keep
their attributes.
"""

# MiniStack is pinned, and has no public door for what is done here.

from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners, stacks

RETAINING = ("Retain", "RetainExceptOnCreate")
_delete = provisioners._cfn_nested_stack_delete
_update = provisioners._update_resource


def register() -> None:
    """Delete nested stacks by the deletion policies of their resources, and update them with their attributes."""
    provisioners._update_resource = _update_with_attributes
    provisioners._RESOURCE_HANDLERS["AWS::CloudFormation::Stack"]["delete"] = _delete_but_keep_what_is_retained


def _delete_but_keep_what_is_retained(physical_id: str, properties: dict[str, Any]) -> None:
    name = provisioners._nested_stack_lookup_name(physical_id)
    if stack := cloudformation._stacks.get(name):
        for logical_id, definition in stack["_template"]["Resources"].items():
            if definition.get("DeletionPolicy") in RETAINING and (kept := stack["_resources"].pop(logical_id, None)):
                kind, place = kept["ResourceType"], kept["PhysicalResourceId"]
                stacks._add_event(stack["StackId"], name, logical_id, kind, "DELETE_SKIPPED", physical_id=place)
    _delete(physical_id, properties)


def _update_with_attributes(
    kind: str,
    physical_id: str,
    old: dict[str, Any],
    new: dict[str, Any],
    stack: str,
    logical_id: str = "",
    attributes: dict[str, Any] | None = None,
) -> tuple[str, dict[str, Any]]:
    """Update a resource; MiniStack names the attributes that it has in stacks only that are not nested."""
    if attributes is None:
        attributes = cloudformation._stacks[stack]["_resources"].get(logical_id, {}).get("Attributes")
    updated: tuple[str, dict[str, Any]] = _update(kind, physical_id, old, new, stack, logical_id, attributes)
    return updated
