"""The function URL as strangers and approvers find it: forged links decide nothing, and all look alike."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from functions.web import app
from slipway.bootstrap import web_pages
from slipway.models import Approver, Json
from slipway.web.personal_links import PersonalLinks
from tests.support.made_releases import changed
from tests.support.made_site import ADA, GRACE, World, past
from tests.support.site_server import event

HERE = {"host": "slipway.example.com", "origin": "null", "sec-fetch-site": "same-origin"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    # The function reads the real clock.
    world = World(required=1, now=datetime.now(UTC))
    past(world)
    world.waits()
    release = world.ledger.release("digits-r12")
    assert release.approval.question
    expires = world.now + timedelta(days=2)
    world.keep(changed(release, question=replace(release.approval.question, expires=expires)))
    monkeypatch.setattr(web_pages, "build", lambda: world.app)
    return world


def call(context: Any, method: str, path: str, query: str = "", form: bytes = b"") -> Json:
    return app.lambda_handler(event(method, path, query, form, HERE), context)


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def forged(world: World) -> list[tuple[str, bytes]]:
    """Tokens that were not made for this, as they stand in a query and in a form."""
    good, other = world.token(), PersonalLinks(lambda: ["another"])
    release = world.ledger.release("digits-r12")
    random = Random(7)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    tampered = list[str]()
    while len(tampered) < 120:
        place, letter = random.randrange(len(good)), random.choice(alphabet)
        if good[place] != letter:
            tampered.append(good[:place] + letter + good[place + 1 :])
    truncated = [good[: random.randrange(len(good))] for _ in range(40)] + [good[-n:] for n in range(1, 40)]
    encoded = [good + "=", good + "==", good.upper(), good.lower(), good[::-1], good * 2, quote(quote("%" + good))]
    others = [
        other.review(ADA, release).partition("t=")[2],
        world.token(Approver("U0EVE", "eve@example.com")),
        world.token(GRACE).rpartition(".")[0] + "." + good.rpartition(".")[2],
        world.links.token(expired(world)),
        world.history_token(),
        "",
        "null",
        "a" * 100_000,
        '{"alg":"none"}',
    ]
    texts = [(quote(token), form(t=token, answer="approve")) for token in tampered + truncated + encoded + others]
    raw = [("%FF%FE" + good, b"t=\xff\xfe" + good.encode()), ("%00", b"t=\x00"), (good + "%ED%A0%80", b"\xff" * 300)]
    return texts + [(f"{word}&x=1", body + b"&answer=approve") for word, body in raw]


def expired(world: World) -> Any:
    link = world.links.open(world.token(), "review", world.now)
    return replace(link, expires=world.now - timedelta(seconds=1))


def test_forged_links_decide_nothing_and_look_alike(
    world: World, context: Any, logged: Callable[[Any], io.StringIO]
) -> None:
    """More than 200 of them, in addresses and in forms: one answer, and no trace of them in the log."""
    log, cases = logged(app.logger), forged(world)
    assert len(cases) > 200
    answers = [call(context, "GET", "/review", f"t={word}") for word, _ in cases]
    answers += [call(context, "POST", "/review", form=body) for _, body in cases]
    answers += [call(context, "POST", "/review", f"t={world.token()}", body.replace(b"t=", b"u=")) for _, body in cases]
    assert {json.dumps(answer) for answer in answers} == {json.dumps(answers[0])}
    assert answers[0]["statusCode"] == 403
    assert (world.ledger.release("digits-r12").approval.votes, world.pipeline.answers) == ((), [])
    assert not [word for word, _ in cases if len(word) > 8 and word in log.getvalue()]
    assert world.token()[:20] not in log.getvalue()


@pytest.mark.parametrize("path", ["/history", "/history/birds-r36", "/history.json", "/history/birds-r36/staging"])
def test_nobody_looks_back_without_a_link(world: World, context: Any, path: str) -> None:
    """The answer is the same as to a forged link, whether the release is there or not."""
    assert call(context, "GET", path) == call(context, "GET", "/review") == call(context, "GET", "/history/no-r1")


EVIL = "https://slipway.example.com.evil.example"
MISPLACED = {
    "in the address of a form": ("POST", "t={t}", "answer=approve", {}),
    "behind another one": ("POST", "", "t=bad&t={t}&answer=approve", {}),
    "in JSON": ("POST", "", '{{"t": "{t}", "answer": "approve"}}', {"content-type": "application/json"}),
    "in a header": ("GET", "", "", {"referer": "https://x/review?t={t}", "authorization": "Bearer {t}"}),
    "in a cookie": ("POST", "", "answer=approve", {"cookie": "t={t}"}),
    "with too many fields": ("POST", "", "t={t}&answer=approve" + "&a=1" * 50, {}),
    "by HEAD": ("HEAD", "t={t}", "t={t}&answer=approve", {}),
    "by GET": ("GET", "t={t}&answer=approve", "t={t}&answer=approve", {}),
    "by OPTIONS": ("OPTIONS", "t={t}", "t={t}&answer=approve", {}),
    "by a method in small letters": ("post", "", "t={t}&answer=approve", {}),
    "from a neighbour": ("POST", "", "t={t}&answer=approve", {"sec-fetch-site": "same-site"}),
    "from nowhere": ("POST", "", "t={t}&answer=approve", {"sec-fetch-site": "none"}),
    "from a longer host": ("POST", "", "t={t}&answer=approve", {"origin": EVIL}),
    "from an origin that is none": ("POST", "", "t={t}&answer=approve", {"origin": "slipway.example.com"}),
    "with an answer that is almost one": ("POST", "", "t={t}&answer=approve%00", {}),
}


@pytest.mark.parametrize("case", MISPLACED)
def test_a_good_link_in_another_place_decides_nothing(world: World, context: Any, case: str) -> None:
    """Nor by another method, nor from another site."""
    method, query, body, headers = MISPLACED[case]
    token = world.token()
    given = {name: value.format(t=token) for name, value in headers.items()}
    asked = event(method, "/review", query.format(t=token), body.format(t=token).encode(), {**HERE, **given})
    assert app.lambda_handler(asked, context)["statusCode"] in (200, 403, 404, 409)
    assert (world.ledger.release("digits-r12").approval.votes, world.pipeline.answers) == ((), [])


def test_an_approver_decides_by_the_form(world: World, context: Any, logged: Callable[[Any], io.StringIO]) -> None:
    """The link, the form, the answer, and the page that shows it; the log has none of what was sent."""
    log, token = logged(app.logger), world.token()
    assert call(context, "GET", "/review", f"t={token}")["statusCode"] == 200
    sent = call(context, "POST", "/review", form=form(t=token, answer="approve", reason="a secret reason"))
    assert (sent["statusCode"], sent["headers"]["location"]) == (303, f"/review?t={token}")
    assert world.pipeline.answers[0][1].by == "ada@example.com"
    assert "Approved by ada@example.com." in call(context, "GET", "/review", f"t={token}")["body"]
    assert token not in log.getvalue()
    assert "a secret reason" not in log.getvalue()


def test_what_breaks_is_said_in_a_page(world: World, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever decided must not wonder whether it counted."""

    def down(token: str, answer: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(world.pipeline, "answer", down)
    answer = call(context, "POST", "/review", form=form(t=world.token(), answer="approve"))
    assert answer["statusCode"] == 500
    assert "Something went wrong here" in answer["body"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("PUT", "/review"), ("DELETE", "/history"), ("GET", "/back")]
)
def test_other_addresses_are_not_found(world: World, context: Any, method: str, path: str) -> None:
    """Said in a page."""
    assert call(context, method, path)["statusCode"] == 404


def test_slack_does_not_wait_for_the_pages() -> None:
    """What renders them is not imported before somebody opens one."""
    program = "import sys; from functions.web import app; print([name for name in sys.modules if name.startswith(%r)])"
    heavy = ("jinja2", "pygal", "slipway.web.app", "slipway.smoke", "slipway.approvals", "slipway.adapters.ledger")
    command, paths = [sys.executable, "-c", program % (heavy,)], os.pathsep.join(sys.path)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": paths})
    assert done.stdout.strip() == "[]"
