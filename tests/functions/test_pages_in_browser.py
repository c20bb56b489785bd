"""The pages in a browser: by mouse and by keyboard, wide and narrow, by day and by night, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from slipway.adapters.function_url import body_of
from slipway.models import Approver, Json
from slipway.web.page_request import PageRequest
from slipway.web.responses import to_lambda
from tests.support.made_site import ADA, GRACE, LINUS, World, past
from tests.support.site_server import served

pytestmark = pytest.mark.browser


@pytest.fixture
def world() -> World:
    world = World()
    past(world)
    world.waits()
    return world


@pytest.fixture
def home(world: World) -> Iterator[str]:
    """The pages' address."""

    def answer(event: Json) -> Json:
        return to_lambda(world.app.respond(PageRequest.read(event, body_of(event)), world.now))

    with served(answer) as address:
        yield address


@pytest.fixture
def page(browser: Browser, home: str) -> Iterator[Page]:
    """A page without JavaScript, which must neither complain nor ask anybody but us."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)

    def outside(request: Request) -> None:
        if not request.url.startswith((home, "data:")):
            complaints.append(request.url)

    page.on("request", outside)
    yield page
    context.close()
    assert complaints == []


def review(world: World, page: Page, home: str, person: Approver = ADA) -> None:
    page.goto(f"{home}/review?t={world.token(person)}")


def test_two_approve_by_their_links(world: World, page: Page, home: str) -> None:
    """Each with their own; the first is told to wait, the second sees it decided."""
    review(world, page, home)
    page.get_by_role("button", name="Approve digits-r12").click()
    expect(page.get_by_text("1 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    review(world, page, home, GRACE)
    page.get_by_label("Reason").fill("Sevens look right")
    page.get_by_role("button", name="Approve digits-r12").click()
    expect(page.get_by_text("Approved by grace@example.com.")).to_be_visible()
    expect(page.get_by_text("Sevens look right")).to_be_visible()
    assert [answer.by for _, answer in world.pipeline.answers] == ["grace@example.com"]


def test_reject_with_a_reason(world: World, page: Page, home: str) -> None:
    """Without one the browser itself asks for it, and nothing is sent."""
    review(world, page, home)
    page.get_by_role("button", name="Reject digits-r12").click()
    expect(page.get_by_label("Reason")).to_be_focused()
    assert world.ledger.release("digits-r12").approval.votes == ()
    page.get_by_label("Reason").fill("It takes ones for sevens")
    page.get_by_role("button", name="Reject digits-r12").click()
    expect(page.get_by_text("Rejected by ada@example.com.")).to_be_visible()
    assert world.pipeline.answers[0][1].reason == "It takes ones for sevens"


def test_the_keyboard_is_enough(world: World, page: Page, home: str) -> None:
    """From the top of the page to the answer, and the place where one is can always be seen."""
    review(world, page, home)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator("textarea:focus").count():
            break
    page.keyboard.type("It takes ones for sevens")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Approve digits-r12")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Reject digits-r12")).to_be_focused()
    expect(page.locator("button.reject:focus-visible")).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rejected by ada@example.com.")).to_be_visible()


def test_a_refusal_is_said_beside_the_form(world: World, page: Page, home: str) -> None:
    """With what was written still in it."""
    review(world, page, home)
    world.environments.versions["staging"] = "build-13"
    page.get_by_label("Reason").fill("Fine")
    page.get_by_role("button", name="Approve digits-r12").click()
    expect(page.get_by_role("alert")).to_contain_text("staging runs build-13")
    expect(page.get_by_label("Reason")).to_have_value("Fine")


def test_what_was_loosened_is_ticked_to_approve_and_not_to_reject(world: World, page: Page, home: str) -> None:
    """Whoever has ticked it approves; nobody has to approve of it to say no."""
    release = world.ledger.release("digits-r12")
    loose = replace(release.smoke["staging"], loosened=("`accuracy` is switched off.",))
    world.keep(replace(release, smoke={"staging": loose}))
    review(world, page, home)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Approve digits-r12").click()
    expect(page.get_by_text("1 of 2")).to_be_visible()
    review(world, page, home, GRACE)
    page.get_by_label("Reason").fill("Accuracy stays on")
    page.get_by_role("button", name="Reject digits-r12").click()
    expect(page.get_by_text("Rejected by grace@example.com.")).to_be_visible()


def test_another_site_cannot_send_the_form(world: World, page: Page, home: str) -> None:
    """Not even one that knows the link: the browser says where a form comes from."""
    form = f'<form method="post" action="{home}/review"><input name="t" value="{world.token()}">'
    page.set_content(f'{form}<button name="answer" value="approve">Win a prize</button></form>')
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This link opens nothing")
    assert world.ledger.release("digits-r12").approval.votes == ()


def test_an_author_sees_why_there_is_no_approving(world: World, page: Page, home: str) -> None:
    """Before anything is pressed."""
    review(world, page, home, LINUS)
    expect(page.get_by_text("You uploaded digits-7f3c1e9a2b4d yourself")).to_be_visible()
    expect(page.get_by_role("button")).to_have_text(["Reject digits-r12"])


def test_from_the_review_to_the_way_back(world: World, page: Page, home: str) -> None:
    """Over the history, a model's releases, and a release's story."""
    review(world, page, home)
    page.get_by_role("link", name="History").click()
    page.get_by_label("Model").select_option("birds")
    page.get_by_label("State").select_option("retired")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody .state").first).to_have_text("retired")
    page.get_by_role("link", name="go back to it").first.click()
    page.get_by_label("Reason").fill("Sevens are wrong")
    page.get_by_role("button", name="Go back to birds-r").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("received")
    assert world.back.asked[0][0] == "ada@example.com"


@pytest.mark.parametrize("path", ["/review?t=REVIEW", "/history?t=HISTORY", "/history/digits-r12?t=HISTORY", "/review"])
def test_the_pages_fit_a_narrow_phone(browser: Browser, world: World, home: str, path: str) -> None:
    """Nothing but wide tables of evidence scrolls sideways."""
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(home + path.replace("REVIEW", world.token()).replace("HISTORY", world.history_token()))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.close()


CONTRAST = """() => {
  const numbers = colour => { const c = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    c.fillStyle = colour; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
  const light = colour => { const [r, g, b] = numbers(colour).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = node => { for (let one = node; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor; if (numbers(colour)[3] === 255) return colour; } };
  const poor = [];
  for (const node of document.querySelectorAll("body *:not(svg *)")) {
    const says = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!says || !node.checkVisibility() || node.closest("select, .confusion")) continue;
    const [one, other] = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) poor.push(node.className + " " + node.textContent.trim().slice(0, 30) + " " + ratio.toFixed(2));
  }
  return poor;
}"""


@pytest.mark.parametrize("path", ["/review?t=REVIEW", "/history?t=HISTORY", "/history/birds-r1?t=HISTORY"])
def test_everything_can_be_read(browser: Browser, world: World, home: str, path: str) -> None:
    """By day and by night, with a contrast of at least 4.5 to 1."""
    page = browser.new_page(color_scheme="light")
    page.goto(home + path.replace("REVIEW", world.token()).replace("HISTORY", world.history_token()))
    assert page.evaluate(CONTRAST) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(CONTRAST) == []
    page.close()
