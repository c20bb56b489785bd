"""The page that lets people try the model, in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.paths import ROOT

GOLDEN = ROOT / "service" / "suite" / "golden"

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, running: str) -> Iterator[Page]:
    """The page, which must neither complain nor ask anybody but its own service."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
    page.on("request", lambda request: complaints.append(request.url) if elsewhere(request.url, running) else None)
    page.goto(running)
    expect(page.locator("#about")).to_contain_text("digits-r1, built from digits-7f3c1e9a2b4d")
    yield page
    page.close()
    assert complaints == []


def elsewhere(url: str, home: str) -> bool:
    return not url.startswith((home, "data:", "blob:"))


def test_draw(page: Page) -> None:
    """A one drawn with the mouse is read as a one, and nothing is left of it after Clear."""
    box = page.locator("#pad").bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + box["height"] * 0.15)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + box["height"] * 0.85, steps=5)
    page.mouse.up()
    expect(page.locator("#winner")).to_have_text("1")
    expect(page.locator("#scores li")).to_have_count(10)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#answer")).to_be_hidden()


def test_draw_by_keyboard(page: Page) -> None:
    """The board can be drawn on without a mouse."""
    page.locator("#pad").focus()
    for _ in range(20):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#winner")).to_have_text("1")


def test_choose(page: Page) -> None:
    """A chosen picture is shown and read."""
    page.locator("#file").set_input_files(GOLDEN / "7.png")
    expect(page.locator("#winner")).to_have_text("7")
    expect(page.get_by_alt_text("The picture you chose")).to_be_visible()


def test_choose_what_is_no_picture(page: Page) -> None:
    """The service's own sentence says what was wrong with a file, and the board can be drawn on."""
    page.locator("#file").set_input_files(files={"name": "7.png", "mimeType": "image/png", "buffer": b"seven"})
    expect(page.locator("#problem")).to_contain_text("no picture the service can read")
    expect(page.get_by_role("application", name="Drawing board")).to_be_visible()
