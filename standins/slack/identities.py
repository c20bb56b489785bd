"""The block_id and action_ids Slack gives to blocks that come without."""

from collections.abc import Callable, Sequence

from standins.slack.wire import Json


def identified(blocks: Sequence[Json], name: Callable[[], str]) -> list[Json]:
    """Return the blocks with an id on each and on whatever can be acted on; `name` makes a fresh id."""
    return [_identified(block, name) for block in blocks]


def _identified(block: Json, name: Callable[[], str]) -> Json:
    named = {**block, "block_id": block.get("block_id") or name()}
    if block["type"] == "actions":
        named["elements"] = [_acting(element, name) for element in block["elements"]]
    for place in {"accessory", "element"} & block.keys():
        named[place] = _acting(block[place], name)
    return named


def _acting(element: Json, name: Callable[[], str]) -> Json:
    return element if element["type"] == "image" else {**element, "action_id": element.get("action_id") or name()}


def find_action(blocks: Sequence[Json], action_id: str, block_id: str | None = None) -> tuple[str, Json] | None:
    """Return the block_id and the button with this action_id, or None."""
    for block in blocks:
        buttons = [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        for button in buttons:
            if button.get("action_id") == action_id and block_id in {None, block["block_id"]}:
                return block["block_id"], button
    return None
