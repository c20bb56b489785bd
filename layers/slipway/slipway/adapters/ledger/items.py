"""Releases as items of the ledger's table, and back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from slipway.adapters.ledger.keys import Item, keyed, release_key
from slipway.errors import ItemUnreadable
from slipway.models import (
    Approval,
    Commit,
    Decision,
    Question,
    Queueing,
    Release,
    Repeat,
    RollbackRequest,
    SmokeSummary,
    State,
    Verdict,
    Vote,
)

KIND = "release"
_PINS = ("digest", "page_version", "image")
_FIGURES = ("accuracy", "production_accuracy", "p95", "production_p95")


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
        "uploaders": list(release.uploaders),
        "before": release.previous_release,
        "forced": release.force_reason,
        "back_to": release.rollback.to,
        "back_by": release.rollback.by,
        "before_live": release.previous_live,
        "bytes": release.bytes or None,
        "digest": release.digest,
        "fingerprint": release.fingerprint,
        "manifest": release.manifest,
        "repeats": [{"prefix": repeat.prefix, "at": repeat.at.isoformat()} for repeat in release.repeats],
        "execution_id": release.execution_id,
        "commit": release.commit.id,
        "commit_author": release.commit.author,
        "commit_message": release.commit.message,
        "repository": release.commit.repository,
        "reason": release.reason,
        "log": release.log_url,
        "attempt": release.attempt,
        "smoke": {target: _smoke_item(smoke) for target, smoke in release.smoke.items()},
        "approval": release.approval.question and _question_item(release.approval.question),
        "at_gate": release.queueing.built_at and release.queueing.built_at.isoformat(),
        "behind": release.queueing.blocked_by,
        "newer": release.queueing.superseded_by,
        "votes": [_vote_item(vote) for vote in release.approval.votes],
        "deciding": release.approval.pending_decision and _vote_item(release.approval.pending_decision),
        "decided_at": release.approval.pending_since and release.approval.pending_since.isoformat(),
        "answer": release.approval.decision and _vote_item(release.approval.decision),
        "reminders": list(release.approval.reminders),
        "unfinished": "" if release.state.ended else "yes",
        "kind": KIND,
        "opened_at": opened_at(release),
    }
    kept = {name: value for name, value in attributes.items() if value not in ("", None, {}, [])}
    return keyed(release_key(release.id), revision=release.revision, **kept)


def release_from(item: Item) -> Release:
    """Read a release, or raise ItemUnreadable: somebody may have corrected it by hand."""
    try:
        return _release_from(item)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        place = f"{item['pk']} {item['sk']}"
        raise ItemUnreadable(f"The ledger's item {place} cannot be read: correct or delete it.") from error


def _release_from(item: Item) -> Release:
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
        uploaders=tuple(item.get("uploaders", ())),
        previous_release=item.get("before", ""),
        force_reason=item.get("forced", ""),
        rollback=RollbackRequest(item.get("back_to", ""), item.get("back_by", "")),
        previous_live=item.get("before_live", ""),
        bytes=int(item.get("bytes", 0)),
        digest=item.get("digest", ""),
        fingerprint=item.get("fingerprint", ""),
        manifest=item.get("manifest", ""),
        repeats=tuple(Repeat(one["prefix"], datetime.fromisoformat(one["at"])) for one in item.get("repeats", [])),
        execution_id=item.get("execution_id", ""),
        commit=Commit(
            item.get("commit", ""),
            item.get("commit_author", ""),
            item.get("commit_message", ""),
            item.get("repository", ""),
        ),
        reason=item.get("reason", ""),
        log_url=item.get("log", ""),
        attempt=int(item.get("attempt", 1)),
        smoke={target: _smoke_from(smoke) for target, smoke in item.get("smoke", {}).items()},
        queueing=Queueing(_time(item, "at_gate"), item.get("behind", ""), item.get("newer", "")),
        approval=Approval(
            question=_question_from(item["approval"]) if "approval" in item else None,
            votes=tuple(_vote_from(vote) for vote in item.get("votes", [])),
            pending_decision=Decision.completed_by(_vote_from(item["deciding"])) if "deciding" in item else None,
            pending_since=_time(item, "decided_at"),
            decision=Decision.completed_by(_vote_from(item["answer"])) if "answer" in item else None,
            reminders=tuple(item.get("reminders", [])),
        ),
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
        "artifacts": smoke.artifacts,
        "loosened": list(smoke.loosened),
        **{name: getattr(smoke, name) for name in _PINS},
        **{name: Decimal(str(value)) for name in _FIGURES if (value := getattr(smoke, name)) is not None},
        **({} if smoke.changed is None else {"changed": smoke.changed}),
    }


def _smoke_from(item: Item) -> SmokeSummary:
    optional: Item = {name: float(item[name]) for name in _FIGURES if name in item}
    optional |= {name: item.get(name, "") for name in _PINS}
    return SmokeSummary(
        verdict=Verdict(item["verdict"]),
        passed=int(item["passed"]),
        failed=int(item["failed"]),
        inconclusive=int(item["inconclusive"]),
        seconds=float(item["seconds"]),
        evidence=item["evidence"],
        version=item.get("version", ""),
        **optional,
        artifacts=item.get("artifacts", {}),
        loosened=tuple(item.get("loosened", ())),
        changed=int(item["changed"]) if "changed" in item else None,
    )


def _question_item(question: Question) -> Item:
    return {
        "token": question.token,
        "asked_at": question.asked_at.isoformat(),
        "expires": question.expires.isoformat(),
        "link": question.link,
        "closed": question.closed,
    }


def _question_from(item: Item) -> Question:
    return Question(
        token=item["token"],
        asked_at=datetime.fromisoformat(item["asked_at"]),
        expires=datetime.fromisoformat(item["expires"]),
        link=item.get("link", ""),
        closed=item.get("closed", False),
    )


def _vote_item(vote: Vote) -> Item:
    return {
        "decision": vote.outcome,
        "by": vote.by,
        "at": vote.at.isoformat(),
        "source": vote.source,
        "reason": vote.reason,
    }


def _vote_from(item: Item) -> Vote:
    return Vote(
        outcome=item["decision"],
        by=item["by"],
        at=datetime.fromisoformat(item["at"]),
        source=item["source"],
        reason=item.get("reason", ""),
    )


def _time(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]) if name in item else None
