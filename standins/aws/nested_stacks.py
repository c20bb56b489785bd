"""What a nested stack retains stays when its parent is deleted, and its events say so; MiniStack removes it."""

# MiniStack is pinned, and has no public door for what is done here.

from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners, stacks

RETAINING = ("Retain", "RetainExceptOnCreate")
_delete = provisioners._cfn_nested_stack_delete


def register() -> None:
    """Delete nested stacks by the deletion policies of their resources."""
    provisioners._RESOURCE_HANDLERS["AWS::CloudFormation::Stack"]["delete"] = _delete_but_keep_what_is_retained


def _delete_but_keep_what_is_retained(physical_id: str, properties: dict[str, Any]) -> None:
    name = provisioners._nested_stack_lookup_name(physical_id)
    if stack := cloudformation._stacks.get(name):
        for logical_id, definition in stack["_template"]["Resources"].items():
            if definition.get("DeletionPolicy") in RETAINING and (kept := stack["_resources"].pop(logical_id, None)):
                kind, place = kept["ResourceType"], kept["PhysicalResourceId"]
                stacks._add_event(stack["StackId"], name, logical_id, kind, "DELETE_SKIPPED", physical_id=place)
    _delete(physical_id, properties)
