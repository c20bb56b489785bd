"""The page in a browser: wide, on a phone, in the dark, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from slipway.smoke import report
from slipway.smoke.evidence import Evidence
from tests.support import made_evidence as made

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must neither complain nor ask anybody for anything."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))

    def outside(request: Request) -> None:
        if not request.url.startswith("data:"):
            complaints.append(request.url)

    page.on("request", outside)
    yield page
    page.close()
    assert complaints == []


@pytest.mark.parametrize("make", [made.passed, made.worse, made.slow, made.inconclusive, made.first])
def test_the_page_fits_a_narrow_phone(page: Page, make: Callable[[], Evidence]) -> None:
    """Only wide tables scroll sideways, each in its own place."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(report.page(make()))
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_page_follows_the_dark(page: Page) -> None:
    """Background, text and the plots' text change together."""
    page.set_content(report.page(made.passed()))
    colours = """() => [getComputedStyle(document.documentElement).backgroundColor,
        getComputedStyle(document.body).color, getComputedStyle(document.querySelector("svg text")).fill]"""
    page.emulate_media(color_scheme="light")
    light = page.evaluate(colours)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(colours)
    assert all(by_day != by_night for by_day, by_night in zip(light, dark, strict=True))
    assert dark[1] == dark[2]


def test_the_page_is_printed_on_white(page: Page) -> None:
    """With what is folded away on the screen, but for the long list of changes."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_content(report.page(made.worse()))
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator("details.printed td").first).to_be_visible()
    expect(page.locator("details:not(.printed) .change").first).to_be_hidden()


def test_more_changes_unfold(page: Page) -> None:
    """No script is needed for it."""
    page.set_content(report.page(made.worse()))
    expect(page.locator(".change:visible")).to_have_count(12)
    page.get_by_text("188 more").click()
    expect(page.locator(".change:visible")).to_have_count(200)
