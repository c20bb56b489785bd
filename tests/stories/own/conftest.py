"""The rehearsal that the files of this folder share, and the people in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.chromium import chromium
from tests.support.rehearsals import RUN, Result, kept_rehearsal, unmeasured_processes
from tests.support.rehearsed_answers import PATIENCE, Person, Stack
from tests.support.rehearsed_operator import Operator


@pytest.fixture(scope="package", autouse=True)
def unmeasured() -> Iterator[None]:
    """Measure the coverage of no process of the rehearsal, which starts before any file's own fixtures."""
    with unmeasured_processes():
        yield


@pytest.fixture(scope="package")
def played() -> Iterator[Result]:
    """Play the story of Slipway's own pipeline; it stays up until these files are done."""
    with kept_rehearsal() as found:
        yield found


@pytest.fixture(scope="package")
def stack(played: Result) -> Stack:
    """The stack after the story."""
    return Stack(played.client, played.output, RUN)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for everybody, as patient as a release takes."""
    expect.set_options(timeout=PATIENCE * 1000)
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def ada(played: Result, browser: Browser) -> Person:
    """An approver."""
    return Person(browser, f"http://127.0.0.1:{played.base + 1}/", "U0ADA")


@pytest.fixture(scope="package")
def grace(played: Result, browser: Browser) -> Person:
    """Another one."""
    return Person(browser, f"http://127.0.0.1:{played.base + 1}/", "U0GRACE")


@pytest.fixture(scope="module")
def live(stack: Stack) -> str:
    """The release that is live when a file first asks for it."""
    stack.until_idle()
    return str(next(one["release"] for one in stack.releases() if one["state"] == "live"))


@pytest.fixture(scope="package")
def account(played: Result) -> Operator:
    """Whoever runs the stack, and may do everything in its account."""
    return Operator(played.client, f"http://127.0.0.1:{played.base}", RUN)


@pytest.fixture(scope="package")
def operator(account: Operator, played: Result) -> Operator:
    """They deploy the stack again: uploaders are proved, one approval is enough, and releases bake.

    Carl, who is an approver from then on, had subscribed to the topic by hand.
    """
    account.subscribe_by_hand("carl@example.com", played.output("MailTopic"))
    people = "U0ADA=ada@example.com,U0GRACE=grace@example.com,U0CARL=carl@example.com"
    account.reconfigure(UploaderProof="identity", BakeMinutes="60", Approvers=people, RequiredApprovals="1")
    return account
