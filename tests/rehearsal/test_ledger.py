"""Reading releases from the ledger."""

from decimal import Decimal

from rehearsal.ledger import Release, Smoke

ITEM = {
    "pk": "MODEL#digits",
    "sk": "RELEASE#000001",
    "release": "digits-r1",
    "model": "digits",
    "number": Decimal(1),
    "candidate": "digits-7f3c1e9a2b4d",
    "prefix": "models/digits/v1/",
    "state": "retired",
    "times": {
        "retired": "2026-11-22T10:05:00+00:00",
        "live": "2026-11-22T10:00:09.500000+00:00",
        "building": "2026-11-22T10:00:01+00:00",
        "received": "2026-11-22T10:00:00+00:00",
        "waiting": "2026-11-22T10:00:01+00:00",
    },
    "smoke": {"staging": {"verdict": "passed", "passed": Decimal(7), "failed": Decimal(0)}},
    "approval": {
        "decision": {"outcome": "approved", "by": "U0ADA", "at": "2026-11-22T10:00:08+00:00", "source": "slack"}
    },
    "reason": None,
}


def test_an_item_is_read_with_all_that_the_rehearsal_shows() -> None:
    """Numbers come as decimals, missing things as None or not at all."""
    release = Release.read(ITEM)
    assert (release.id, release.answered_by, release.decision) == ("digits-r1", "U0ADA", "approved")
    assert release.smoke == {"staging": Smoke(7, 0)}
    assert release.reason == ""
    assert release.asked


def test_states_come_in_the_order_in_which_they_were_reached() -> None:
    """At the same moment, the rank decides."""
    assert Release.read(ITEM).path() == ["received", "building", "waiting", "live", "retired"]


def test_being_retired_does_not_make_a_release_longer() -> None:
    """A release takes from its receipt until it is live."""
    assert Release.read(ITEM).seconds == 9.5
