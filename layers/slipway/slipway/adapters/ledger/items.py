"""Releases as items of the ledger's table, and back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from slipway.adapters.ledger.keys import Item, keyed, release_key
from slipway.errors import ItemUnreadable
from slipway.models import Answer, Approval, Release, Repeat, SmokeSummary, State, Verdict

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
        "before": release.before,
        "forced": release.forced,
        "back_to": release.back_to,
        "back_by": release.back_by,
        "before_live": release.before_live,
        "bytes": release.bytes or None,
        "digest": release.digest,
        "fingerprint": release.fingerprint,
        "manifest": release.manifest,
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
        "decided_at": release.decided_at and release.decided_at.isoformat(),
        "answer": release.answer and _answer_item(release.answer),
        "reminders": list(release.reminders),
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
        before=item.get("before", ""),
        forced=item.get("forced", ""),
        back_to=item.get("back_to", ""),
        back_by=item.get("back_by", ""),
        before_live=item.get("before_live", ""),
        bytes=int(item.get("bytes", 0)),
        digest=item.get("digest", ""),
        fingerprint=item.get("fingerprint", ""),
        manifest=item.get("manifest", ""),
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
        decided_at=datetime.fromisoformat(item["decided_at"]) if "decided_at" in item else None,
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
