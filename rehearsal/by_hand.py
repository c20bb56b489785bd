"""What a team does with its pipeline before Slipway is attached, and after it was removed."""

from rehearsal import attachment, inventory
from rehearsal.existing_stack import ExistingStack
from rehearsal.repository import commit
from rehearsal.setup import Setup


def before(setup: Setup, existing: ExistingStack) -> None:
    """Deploy the stack, see its first run fail as the article says, and bring a model to production."""
    display = setup.display
    display.heading("Before Slipway", "a pipeline as many have it")
    with display.step("existing stack", "aws cloudformation create-stack: bucket, pipeline, Beanstalk"):
        existing.deploy()
    with display.step("first run", "fails, because the bucket is empty"):
        (first,) = existing.executions()
        existing.until_over(first, "Failed")
    with display.step("second run", "v1 by hand, approved in the console"):
        existing.run_once("v1")
        existing.reads(existing.output("ProductionUrl"), "7")


def after(setup: Setup, existing: ExistingStack) -> None:
    """Remove Slipway; the pipeline goes on as if it had never been there."""
    display = setup.display
    display.heading("After Slipway")
    with display.step("delete", "of Slipway's stack"):
        attachment.remove(setup)
    with display.step("existing stack", "is as it was, and nothing is left but records"):
        inventory.require_unchanged(setup.workspace.run, existing.name)
    with display.step("one more run", "a push and v2, approved in the console"):
        commit(setup, "Read digits without Slipway")
        existing.run_once("v2")
        existing.reads(existing.output("ProductionUrl"), "7")
