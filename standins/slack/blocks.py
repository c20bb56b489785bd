"""Block Kit's layout blocks and modals, with the limits Slack publishes for them.

Only the blocks and elements this stand-in can show are known; any other is refused as Slack refuses an unknown one.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from standins.slack.elements import (
    Address,
    Button,
    Checkboxes,
    Identifier,
    Mrkdwn,
    Mrkdwn2000,
    Picture,
    PlainText,
    RadioButtons,
    Select,
    Text,
    Text24,
    Text150,
    Text2000,
    TextInput,
)
from standins.slack.wire import Shape


class Block(Shape):
    """What all blocks have."""

    block_id: Identifier | None = None


class Section(Block):
    """Text, up to ten fields in two columns, and one thing beside them."""

    type: Literal["section"]
    text: Text | None = None
    fields: list[Annotated[Text2000 | Mrkdwn2000, Field(discriminator="type")]] | None = Field(
        default=None, min_length=1, max_length=10
    )
    accessory: Annotated[Button | Picture, Field(discriminator="type")] | None = None
    expand: bool = False

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """Refuse a section without text and fields."""
        if self.text is None and self.fields is None:
            raise PydanticCustomError("empty", "must define either `text` or `fields`")
        return self


class Header(Block):
    """A line in larger letters."""

    type: Literal["header"]
    text: Text150


class Divider(Block):
    """A line across."""

    type: Literal["divider"]


class Context(Block):
    """Small print and small pictures."""

    type: Literal["context"]
    elements: list[Annotated[PlainText | Mrkdwn | Picture, Field(discriminator="type")]] = Field(
        min_length=1, max_length=10
    )


def different(elements: list[Button]) -> list[Button]:
    """Refuse elements of one block that share an action_id."""
    if twice := repeated(element.action_id for element in elements):
        raise PydanticCustomError("repeated", '`action_id` "{name}" already exists', {"name": twice})
    return elements


class Actions(Block):
    """A row of buttons."""

    type: Literal["actions"]
    elements: Annotated[list[Button], Field(min_length=1, max_length=25), AfterValidator(different)]


class Image(Block):
    """A picture across the message."""

    type: Literal["image"]
    image_url: Address
    alt_text: str = Field(min_length=1, max_length=2000)
    title: Text2000 | None = None


class Input(Block):
    """A labelled question of a modal."""

    type: Literal["input"]
    label: Text2000
    element: Annotated[TextInput | Select | RadioButtons | Checkboxes, Field(discriminator="type")]
    hint: Text2000 | None = None
    optional: bool = False
    dispatch_action: bool = False


def repeated(names: Iterable[str | None]) -> str | None:
    """Return the first name that occurs twice; None is no name."""
    seen: set[str] = set()
    for name in names:
        if name is not None and name in seen:
            return name
        if name is not None:
            seen.add(name)
    return None


def distinct[B: Block](blocks: list[B]) -> list[B]:
    """Refuse blocks that share a block_id."""
    if twice := repeated(block.block_id for block in blocks):
        raise PydanticCustomError("repeated", '`block_id` "{name}" already exists', {"name": twice})
    return blocks


type MessageBlock = Annotated[Section | Header | Divider | Context | Actions | Image, Field(discriminator="type")]
type ModalBlock = Annotated[Section | Header | Divider | Context | Actions | Image | Input, Field(discriminator="type")]


class Message(Shape):
    """The blocks of one message."""

    blocks: Annotated[list[MessageBlock], Field(max_length=50), AfterValidator(distinct)]


class Modal(Shape):
    """A window over the channel, with questions."""

    type: Literal["modal"]
    title: Text24
    blocks: Annotated[list[ModalBlock], Field(max_length=100), AfterValidator(distinct)]
    submit: Text24 | None = None
    close: Text24 | None = None
    private_metadata: str = Field(default="", max_length=3000)
    callback_id: str = Field(default="", max_length=255)
    external_id: str = Field(default="", max_length=255)
    clear_on_close: bool = False
    notify_on_close: bool = False

    @model_validator(mode="after")
    def can_be_submitted(self) -> Self:
        """Refuse questions nobody could send the answers of."""
        if self.submit is None and any(isinstance(block, Input) for block in self.blocks):
            raise PydanticCustomError("no_submit", "must define `submit` to use an `input` block in modals")
        return self


class OpenedView(Shape):
    """The argument of views.open; a field of its own so that faults point to /view/…."""

    view: Modal
