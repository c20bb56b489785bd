"""Block Kit's text objects and interactive elements, with the limits Slack publishes for them."""

from typing import Annotated, Literal

from pydantic import Field

from standins.slack.wire import Shape

Identifier = Annotated[str, Field(min_length=1, max_length=255)]
Address = Annotated[str, Field(min_length=1, max_length=3000)]


class PlainText(Shape):
    """Text shown as it is, emoji apart."""

    type: Literal["plain_text"]
    text: str = Field(min_length=1, max_length=3000)
    emoji: bool = True


class Mrkdwn(Shape):
    """Text in Slack's own markup."""

    type: Literal["mrkdwn"]
    text: str = Field(min_length=1, max_length=3000)
    verbatim: bool = False


Text = Annotated[PlainText | Mrkdwn, Field(discriminator="type")]


class Text2000(PlainText):
    """A label or an image's title."""

    text: str = Field(min_length=1, max_length=2000)


class Text150(PlainText):
    """A header or a placeholder."""

    text: str = Field(min_length=1, max_length=150)


class Text100(PlainText):
    """The title of a confirmation."""

    text: str = Field(min_length=1, max_length=100)


class Text75(PlainText):
    """What a button or an option says."""

    text: str = Field(min_length=1, max_length=75)


class Text30(PlainText):
    """What the two buttons of a confirmation say."""

    text: str = Field(min_length=1, max_length=30)


class Text24(PlainText):
    """A modal's title and buttons."""

    text: str = Field(min_length=1, max_length=24)


class Mrkdwn2000(Mrkdwn):
    """A field of a section."""

    text: str = Field(min_length=1, max_length=2000)


class Plain300(PlainText):
    """The question of a confirmation."""

    text: str = Field(min_length=1, max_length=300)


class Mrkdwn300(Mrkdwn):
    """The question of a confirmation."""

    text: str = Field(min_length=1, max_length=300)


class Confirmation(Shape):
    """The dialog that asks before an element takes effect."""

    title: Text100
    text: Annotated[Plain300 | Mrkdwn300, Field(discriminator="type")]
    confirm: Text30
    deny: Text30
    style: Literal["primary", "danger"] | None = None


class Button(Shape):
    """A button that calls the app, and opens `url` if it has one."""

    type: Literal["button"]
    text: Text75
    action_id: Identifier | None = None
    url: Address | None = None
    value: str | None = Field(default=None, max_length=2000)
    style: Literal["primary", "danger"] | None = None
    confirm: Confirmation | None = None
    accessibility_label: str | None = Field(default=None, max_length=75)


class Picture(Shape):
    """An image inside a section or a context."""

    type: Literal["image"]
    image_url: Address
    alt_text: str = Field(min_length=1, max_length=2000)


class Option(Shape):
    """One choice of a select, of radio buttons or of checkboxes."""

    text: Annotated[Text75 | Mrkdwn, Field(discriminator="type")]
    value: str = Field(min_length=1, max_length=150)
    description: Text75 | None = None


class TextInput(Shape):
    """A field to type into."""

    type: Literal["plain_text_input"]
    action_id: Identifier | None = None
    initial_value: str | None = Field(default=None, max_length=3000)
    multiline: bool = False
    min_length: int | None = Field(default=None, ge=0, le=3000)
    max_length: int | None = Field(default=None, ge=1, le=3000)
    placeholder: Text150 | None = None
    focus_on_load: bool = False


class Select(Shape):
    """A menu of fixed options."""

    type: Literal["static_select"]
    action_id: Identifier | None = None
    options: list[Option] = Field(min_length=1, max_length=100)
    initial_option: Option | None = None
    placeholder: Text150 | None = None
    focus_on_load: bool = False


class RadioButtons(Shape):
    """Options of which one is taken."""

    type: Literal["radio_buttons"]
    action_id: Identifier | None = None
    options: list[Option] = Field(min_length=1, max_length=10)
    initial_option: Option | None = None
    focus_on_load: bool = False


class Checkboxes(Shape):
    """Options of which any are taken."""

    type: Literal["checkboxes"]
    action_id: Identifier | None = None
    options: list[Option] = Field(min_length=1, max_length=10)
    initial_options: list[Option] | None = Field(default=None, min_length=1, max_length=10)
    focus_on_load: bool = False
