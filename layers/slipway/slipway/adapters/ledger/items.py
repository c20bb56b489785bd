"""Releases and cards as items of the ledger's table, and back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from slipway.models import Answer, Approval, Candidate, Card, Release, SmokeSummary, State, Verdict

type Item = dict[str, Any]

LIVE = ("PRODUCTION", "LIVE")
_FIGURES = ("accuracy", "production_accuracy", "p95", "production_p95")


def release_key(release_id: str) -> tuple[str, str]:
    """`birds-r12` lies under `MODEL#birds`, `RELEASE#000012`."""
    model, _, number = release_id.rpartition("-r")
    return f"MODEL#{model}", f"RELEASE#{number:0>6}"


def card_key(release: Release) -> tuple[str, str]:
    """Name the place of a release's card."""
    return f"MODEL#{release.model}", f"CARD#{release.number:06}"


def candidate_key(candidate: str) -> tuple[str, str]:
    """Name the place of a candidate."""
    return f"CANDIDATE#{candidate}", "CANDIDATE"


def execution_key(execution_id: str) -> tuple[str, str]:
    """Name the place of an execution."""
    return f"EXECUTION#{execution_id}", "EXECUTION"


def job_key(job_id: str) -> tuple[str, str]:
    """Name the place of a pipeline's job."""
    return f"JOB#{job_id}", "JOB"


def counter_key(model: str) -> tuple[str, str]:
    """Name the place of a model's counter."""
    return f"MODEL#{model}", "COUNTER"


def _keyed(key: tuple[str, str], **attributes: Any) -> Item:
    return {"pk": key[0], "sk": key[1], **attributes}


def candidate_item(candidate: Candidate, release: Release) -> Item:
    """Write down which release a content was first uploaded for."""
    return _keyed(
        candidate_key(candidate.name),
        candidate=candidate.name,
        release=release.id,
        prefix=candidate.prefix,
        uploaded_at=candidate.uploaded_at.isoformat(),
    )


def execution_item(execution_id: str, release_id: str) -> Item:
    """Write down which release an execution carries."""
    return _keyed(execution_key(execution_id), release=release_id)


def job_item(job_id: str, owner: str, until: datetime, taken: int) -> Item:
    """Write down who does a job, until when, and how many have begun it."""
    return _keyed(job_key(job_id), owner=owner, until=until.isoformat(), taken=taken)


def counter_item(release: Release) -> Item:
    """Write down a model's newest number."""
    return _keyed(counter_key(release.model), number=release.number)


def live_item(release: Release) -> Item:
    """Write down what production runs."""
    return _keyed(LIVE, release=release.id)


def first_release(candidate: Candidate, number: int, state: State, reason: str, at: datetime) -> Release:
    """Make the first release of a candidate."""
    return Release(
        id=f"{candidate.model}-r{number}",
        model=candidate.model,
        number=number,
        candidate=candidate.name,
        state=state,
        times={state: at},
        prefix=candidate.prefix,
        author=candidate.author,
        reason=reason,
    )


def next_release(release: Release, number: int, execution_id: str, at: datetime) -> Release:
    """Make another release of the same candidate."""
    return Release(
        id=f"{release.model}-r{number}",
        model=release.model,
        number=number,
        candidate=release.candidate,
        state=State.RECEIVED,
        times={State.RECEIVED: at},
        prefix=release.prefix,
        author=release.author,
        execution_id=execution_id,
    )


def release_item(release: Release) -> Item:
    """Write a release down; what is empty is left out."""
    attributes = {
        "release": release.id,
        "model": release.model,
        "number": release.number,
        "candidate": release.candidate,
        "state": release.state.value,
        "times": {state.value: at.isoformat() for state, at in release.times.items()},
        "prefix": release.prefix,
        "author": release.author,
        "execution_id": release.execution_id,
        "commit": release.commit,
        "reason": release.reason,
        "attempt": release.attempt,
        "smoke": {target: _smoke_item(smoke) for target, smoke in release.smoke.items()},
        "approval": release.approval and _approval_item(release.approval),
        "answer": release.answer and _answer_item(release.answer),
        "reminded_at": release.reminded_at and release.reminded_at.isoformat(),
        "unfinished": "" if release.state.ended else "yes",
    }
    kept = {name: value for name, value in attributes.items() if value not in ("", None, {})}
    return _keyed(release_key(release.id), revision=release.revision, **kept)


def release_from(item: Item) -> Release:
    """Read a release."""
    return Release(
        id=item["release"],
        model=item["model"],
        number=int(item["number"]),
        candidate=item["candidate"],
        state=State(item["state"]),
        times={State(state): datetime.fromisoformat(at) for state, at in item["times"].items()},
        prefix=item.get("prefix", ""),
        author=item.get("author", ""),
        execution_id=item.get("execution_id", ""),
        commit=item.get("commit", ""),
        reason=item.get("reason", ""),
        attempt=int(item.get("attempt", 1)),
        smoke={target: _smoke_from(smoke) for target, smoke in item.get("smoke", {}).items()},
        approval=_approval_from(item["approval"]) if "approval" in item else None,
        answer=_answer_from(item["answer"]) if "answer" in item else None,
        reminded_at=datetime.fromisoformat(item["reminded_at"]) if "reminded_at" in item else None,
        revision=int(item["revision"]),
    )


def _smoke_item(smoke: SmokeSummary) -> Item:
    return {
        "verdict": smoke.verdict.value,
        "passed": smoke.passed,
        "failed": smoke.failed,
        "inconclusive": smoke.inconclusive,
        "seconds": Decimal(str(smoke.seconds)),
        "evidence": smoke.evidence,
        **{name: Decimal(str(value)) for name in _FIGURES if (value := getattr(smoke, name)) is not None},
        **({} if smoke.changed is None else {"changed": smoke.changed}),
    }


def _smoke_from(item: Item) -> SmokeSummary:
    figures = {name: float(item[name]) for name in _FIGURES if name in item}
    return SmokeSummary(
        verdict=Verdict(item["verdict"]),
        passed=int(item["passed"]),
        failed=int(item["failed"]),
        inconclusive=int(item["inconclusive"]),
        seconds=float(item["seconds"]),
        evidence=item["evidence"],
        **figures,
        changed=int(item["changed"]) if "changed" in item else None,
    )


def _approval_item(approval: Approval) -> Item:
    return {
        "token": approval.token,
        "asked_at": approval.asked_at.isoformat(),
        "expires": approval.expires.isoformat(),
        "link": approval.link,
    }


def _approval_from(item: Item) -> Approval:
    return Approval(
        token=item["token"],
        asked_at=datetime.fromisoformat(item["asked_at"]),
        expires=datetime.fromisoformat(item["expires"]),
        link=item.get("link", ""),
    )


def _answer_item(answer: Answer) -> Item:
    return {
        "decision": answer.decision,
        "by": answer.by,
        "at": answer.at.isoformat(),
        "source": answer.source,
        "reason": answer.reason,
    }


def _answer_from(item: Item) -> Answer:
    return Answer(
        decision=item["decision"],
        by=item["by"],
        at=datetime.fromisoformat(item["at"]),
        source=item["source"],
        reason=item.get("reason", ""),
    )


def card_item(release: Release, card: Card) -> Item:
    """Write a card down."""
    return _keyed(
        card_key(release),
        channel=card.channel,
        ts=card.ts,
        shown=card.shown,
        mailed=list(card.mailed),
        threaded=list(card.threaded),
    )


def card_from(item: Item) -> Card:
    """Read a card."""
    return Card(
        channel=item["channel"],
        ts=item["ts"],
        shown=item["shown"],
        mailed=tuple(item["mailed"]),
        threaded=tuple(item["threaded"]),
    )
