"""Releases and cards as items of the ledger's table, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from slipway.models import Answer, Approval, Candidate, Card, Release, Repeat, SmokeSummary, State, Verdict

type Item = dict[str, Any]

LIVE = ("PRODUCTION", "LIVE")
KIND = "release"
BEHIND = "card"  # releases have "yes": one sparse index for all that somebody has to look after
_FIGURES = ("accuracy", "production_accuracy", "p95", "production_p95")


def release_key(release_id: str) -> tuple[str, str]:
    """`birds-r12` lies under `MODEL#birds`, `RELEASE#000012`."""
    model, _, number = release_id.rpartition("-r")
    return f"MODEL#{model}", f"RELEASE#{number:0>6}"


def release_range(model: str, before: int | None) -> tuple[tuple[str, str], str]:
    """Name where a model's releases begin, and where they end: those with a smaller number than `before`, if given."""
    last = 10**6 - 1 if before is None else before - 1
    return (f"MODEL#{model}", "RELEASE#"), f"RELEASE#{last:06}"


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
    """Write down the newest release of a content, and what forced it."""
    return _keyed(
        candidate_key(candidate.name),
        candidate=candidate.name,
        release=release.id,
        prefix=candidate.prefix,
        uploaded_at=candidate.uploaded_at.isoformat(),
        forced=candidate.force.version_id if candidate.force else "",
    )


def execution_item(execution_id: str, release_id: str) -> Item:
    """Write down which release an execution carries."""
    return _keyed(execution_key(execution_id), release=release_id)


def job_item(job_id: str, owner: str, at: datetime, until: datetime, taken: int) -> Item:
    """Write down who does a job, until when, and how many have begun it; CodePipeline's jobs live for a day."""
    expires = int((at + timedelta(days=3)).timestamp())
    return _keyed(job_key(job_id), owner=owner, until=until.isoformat(), taken=taken, expires=expires)


def counter_item(release: Release) -> Item:
    """Write down a model's newest number."""
    return _keyed(counter_key(release.model), number=release.number)


def live_item(release: Release) -> Item:
    """Write down what production runs."""
    return _keyed(LIVE, release=release.id)


def first_release(candidate: Candidate, number: int, state: State, reason: str, at: datetime, before: str) -> Release:
    """Make the release of an upload; `before` is the last one of the same content, if there is one."""
    return Release(
        id=f"{candidate.model}-r{number}",
        model=candidate.model,
        number=number,
        candidate=candidate.name,
        state=state,
        times={state: at},
        prefix=candidate.prefix,
        uploaded_at=candidate.uploaded_at,
        author=candidate.author,
        before=before,
        forced=candidate.force.reason if before and candidate.force else "",
        bytes=candidate.bytes,
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
        uploaded_at=release.uploaded_at,
        author=release.author,
        before=release.id,
        bytes=release.bytes,
        execution_id=execution_id,
    )


def release_back(target: Release, number: int, by: str, reason: str, at: datetime) -> Release:
    """Make a release of what another one was: its content and its commit."""
    return replace(
        next_release(target, number, "", at),
        commit=target.commit,
        commit_author=target.commit_author,
        commit_message=target.commit_message,
        repository=target.repository,
        back_to=target.id,
        back_by=by,
        forced=reason,
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
        "uploaded_at": release.uploaded_at and release.uploaded_at.isoformat(),
        "author": release.author,
        "before": release.before,
        "forced": release.forced,
        "back_to": release.back_to,
        "back_by": release.back_by,
        "before_live": release.before_live,
        "bytes": release.bytes or None,
        "repeats": [{"prefix": repeat.prefix, "at": repeat.at.isoformat()} for repeat in release.repeats],
        "execution_id": release.execution_id,
        "commit": release.commit,
        "commit_author": release.commit_author,
        "commit_message": release.commit_message,
        "repository": release.repository,
        "reason": release.reason,
        "log": release.log,
        "attempt": release.attempt,
        "smoke": {target: _smoke_item(smoke) for target, smoke in release.smoke.items()},
        "approval": release.approval and _approval_item(release.approval),
        "at_gate": release.at_gate and release.at_gate.isoformat(),
        "behind": release.behind,
        "newer": release.newer,
        "votes": [_answer_item(vote) for vote in release.votes],
        "deciding": release.deciding and _answer_item(release.deciding),
        "answer": release.answer and _answer_item(release.answer),
        "reminders": list(release.reminders),
        "unfinished": "" if release.state.ended else "yes",
        "kind": KIND,
        "opened_at": opened_at(release),
    }
    kept = {name: value for name, value in attributes.items() if value not in ("", None, {}, [])}
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
        uploaded_at=datetime.fromisoformat(item["uploaded_at"]) if "uploaded_at" in item else None,
        author=item.get("author", ""),
        before=item.get("before", ""),
        forced=item.get("forced", ""),
        back_to=item.get("back_to", ""),
        back_by=item.get("back_by", ""),
        before_live=item.get("before_live", ""),
        bytes=int(item.get("bytes", 0)),
        repeats=tuple(Repeat(one["prefix"], datetime.fromisoformat(one["at"])) for one in item.get("repeats", [])),
        execution_id=item.get("execution_id", ""),
        commit=item.get("commit", ""),
        commit_author=item.get("commit_author", ""),
        commit_message=item.get("commit_message", ""),
        repository=item.get("repository", ""),
        reason=item.get("reason", ""),
        log=item.get("log", ""),
        attempt=int(item.get("attempt", 1)),
        smoke={target: _smoke_from(smoke) for target, smoke in item.get("smoke", {}).items()},
        approval=_approval_from(item["approval"]) if "approval" in item else None,
        at_gate=datetime.fromisoformat(item["at_gate"]) if "at_gate" in item else None,
        behind=item.get("behind", ""),
        newer=item.get("newer", ""),
        votes=tuple(_answer_from(vote) for vote in item.get("votes", [])),
        deciding=_answer_from(item["deciding"]) if "deciding" in item else None,
        answer=_answer_from(item["answer"]) if "answer" in item else None,
        reminders=tuple(item.get("reminders", [])),
        revision=int(item["revision"]),
    )


def opened_at(release: Release) -> str:
    """Give a release's place in the index `history`: the time, and the id, so that no two have the same."""
    return f"{release.opened_at.isoformat(timespec='microseconds')} {release.id}"


def _smoke_item(smoke: SmokeSummary) -> Item:
    return {
        "verdict": smoke.verdict.value,
        "passed": smoke.passed,
        "failed": smoke.failed,
        "inconclusive": smoke.inconclusive,
        "seconds": Decimal(str(smoke.seconds)),
        "evidence": smoke.evidence,
        "version": smoke.version,
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
        version=item.get("version", ""),
        **figures,
        changed=int(item["changed"]) if "changed" in item else None,
    )


def _approval_item(approval: Approval) -> Item:
    return {
        "token": approval.token,
        "asked_at": approval.asked_at.isoformat(),
        "expires": approval.expires.isoformat(),
        "link": approval.link,
        "closed": approval.closed,
    }


def _approval_from(item: Item) -> Approval:
    return Approval(
        token=item["token"],
        asked_at=datetime.fromisoformat(item["asked_at"]),
        expires=datetime.fromisoformat(item["expires"]),
        link=item.get("link", ""),
        closed=item.get("closed", False),
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
    """Write a card down; one that is behind is found beside the unfinished releases."""
    return _keyed(
        card_key(release),
        release=release.id,
        channel=card.channel,
        ts=card.ts,
        shown=card.shown,
        mailed=list(card.mailed),
        threaded=list(card.threaded),
        lost=card.lost,
        news=card.news,
        **({"writer": card.writer, "until": card.until.isoformat()} if card.until else {}),
        **({"unfinished": BEHIND} if card.behind else {}),
        revision=card.revision,
    )


def card_from(item: Item) -> Card:
    """Read a card."""
    return Card(
        channel=item["channel"],
        ts=item["ts"],
        shown=item["shown"],
        mailed=tuple(item["mailed"]),
        threaded=tuple(item["threaded"]),
        lost=int(item.get("lost", 0)),
        writer=item.get("writer", ""),
        until=datetime.fromisoformat(item["until"]) if "until" in item else None,
        news=item.get("news", False),
        behind=item.get("unfinished") == BEHIND,
        revision=int(item.get("revision", 0)),
    )
