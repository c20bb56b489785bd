"""Stand-ins for the outside systems that record what was done to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from slipway.errors import (
    AnswerRefused,
    ChatFailed,
    ChatRejected,
    MailFailed,
    MailRejected,
    MessageGone,
    NotFound,
    RollbackRefused,
)
from slipway.models import (
    ActionChange,
    Candidate,
    Card,
    Checksum,
    Claim,
    Commit,
    Decision,
    DeployedVersion,
    Json,
    Mailbox,
    ObjectVersion,
    Question,
    Release,
    SmokeSummary,
    State,
    Subscription,
    UnfinishedUpload,
    new_release,
)
from slipway.ports import CardChange, Change, MailboxChange
from slipway.smoke.evidence_store import EvidenceStore
from tests.support.made_models import onnx

ONNX = onnx()
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class FakeClock:
    """A clock that only moves when somebody waits."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def pause(self, seconds: float) -> None:
        self.sleep(seconds)


class FakeBucket:
    """A versioned bucket in memory."""

    def __init__(self) -> None:
        self.current: dict[str, ObjectVersion] = {}
        self.content: dict[str, bytes] = {}
        self.written: dict[str, bytes] = {}
        self.in_parts: dict[str, datetime] = {}
        self.reads: list[tuple[str, int, int]] = []

    def put(self, key: str, content: bytes = ONNX, modified: datetime = NOW, parts: int = 0) -> None:
        """Store a version; one that was sent in parts says so in its ETag."""
        version, etag = f"v{len(self.content) + 1}", hashlib.md5(content, usedforsecurity=False).hexdigest()
        self.content[version] = content
        self.current[key] = ObjectVersion(key, version, len(content), f"{etag}-{parts}" if parts else etag, modified)

    def versions(self, prefix: str) -> list[ObjectVersion]:
        whole = prefix.endswith("/")
        return [item for key, item in self.current.items() if (key.startswith(prefix) if whole else key == prefix)]

    def arriving(self, prefix: str) -> list[UnfinishedUpload]:
        whole = prefix.endswith("/")
        return [
            UnfinishedUpload(key, f"upload-of-{len(key)}", began, "models")
            for key, began in self.in_parts.items()
            if (key.startswith(prefix) if whole else key == prefix)
        ]

    def checksum(self, key: str, version_id: str) -> Checksum | None:
        return Checksum("CRC64NVME", f"sum-of-{self.content[version_id]!r}")

    def read(self, key: str, version_id: str, start: int, length: int) -> bytes:
        self.reads.append((key, start, length))
        return self.content[version_id][start : start + length]

    def stream(self, key: str, version_id: str, size: int) -> Iterator[bytes]:
        yield self.content[version_id]

    def text(self, key: str, limit: int) -> str:
        return self.written.get(key, b"")[:limit].decode()

    def write(self, key: str, body: bytes, content_type: str) -> str:
        self.written[key] = body
        return f"version of {key}"

    def write_once(self, key: str, body: bytes, content_type: str) -> None:
        self.written.setdefault(key, body)


class FakeEvidence(EvidenceStore):
    """Evidence of which each summary is true."""

    def __init__(self) -> None:
        super().__init__(FakeBucket(), lambda _: None)

    def verify(self, summary: SmokeSummary) -> str:
        return ""


class FakeLedger:
    """The ledger in memory; the tests of the real one hold it to the same behaviour."""

    def __init__(self) -> None:
        self.releases: dict[str, Release] = {}
        self.candidates: dict[str, tuple[str, datetime, str]] = {}
        self.executions: dict[str, str] = {}
        self.cards: dict[str, Card] = {}
        self.live_id = ""
        self.uploaded: dict[tuple[str, str], str] = {}
        self.jobs: dict[str, tuple[str, Claim]] = {}
        self.writing = Lock()
        self.mailboxes: dict[str, Mailbox] = {}

    def record_uploader(self, key: str, version_id: str, who: str, at: datetime) -> None:
        self.uploaded[key, version_id] = who

    def uploaders(self, versions: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
        return {version: self.uploaded[version] for version in versions if version in self.uploaded}

    def claim(self, job_id: str, owner: str, at: datetime, until: datetime, checkpoints: tuple[str, ...] = ()) -> Claim:
        holder, known = self.jobs.get(job_id, ("", Claim(ours=True, until=at, taken=0)))
        if holder != owner and known.until > at:
            return Claim(ours=False, until=known.until, taken=known.taken)
        taken = known.taken + (holder != owner)
        claim = Claim(ours=True, until=until, taken=taken, checkpoints=checkpoints or known.checkpoints)
        self.jobs[job_id] = owner, claim
        return claim

    def open(self, candidate: Candidate, state: State, reason: str, at: datetime) -> Release:
        if candidate.content in self.candidates:
            known, uploaded_at, forced = self.candidates[candidate.content]
            later = candidate.uploaded_at > uploaded_at and self.releases[known].state.open_to_another
            if not (later or (candidate.force and candidate.force.version_id != forced)):
                return self.releases[known]
        else:
            known = ""
        number = self._number(candidate.model)
        release = self._keep(new_release.of_upload(candidate, number, state, reason, at, known))
        version = candidate.force.version_id if candidate.force else ""
        self.candidates[candidate.content] = release.id, candidate.uploaded_at, version
        return release

    def open_again(self, release: Release, execution_id: str, at: datetime) -> Release:
        again = self._keep(new_release.of_push(release, self._number(release.model), execution_id, at))
        if release.content in self.candidates:
            self.candidates[release.content] = again.id, *self.candidates[release.content][1:]
        self.executions[execution_id] = again.id
        return again

    def open_back(self, target: Release, by: str, reason: str, at: datetime) -> Release:
        known = self.candidates.get(target.content)
        newest = self.releases[known[0]] if known else None
        if newest and newest.rollback.to == target.id and not newest.state.ended:
            return newest
        again = self._keep(new_release.of_rollback(target, self._number(target.model), by, reason, at))
        if known:
            self.candidates[target.content] = again.id, *known[1:]
        return again

    def _number(self, model: str) -> int:
        return 1 + sum(release.model == model for release in self.releases.values())

    def _keep(self, release: Release) -> Release:
        self.releases[release.id] = release
        return release

    def release(self, release_id: str) -> Release:
        if release_id not in self.releases:
            raise NotFound(f"The ledger has no release {release_id}.")
        return self.releases[release_id]

    def release_of(self, execution_id: str) -> Release | None:
        return self.releases.get(self.executions.get(execution_id, ""))

    def change(self, release_id: str, change: Change) -> Release:
        current = self.release(release_id)
        changed = change(current)
        if changed != current:
            self.releases[release_id] = replace(changed, revision=current.revision + 1)
        return self.releases[release_id]

    def bind(self, release_id: str, execution_id: str) -> None:
        self.executions[execution_id] = release_id

    def live(self) -> Release | None:
        return self.releases.get(self.live_id)

    def go_live(self, release_id: str, at: datetime, *, attempt: int = 1, back: bool = False) -> Release:
        current = self.release(release_id)
        once_live = current.state in (State.RETIRED, State.ROLLED_BACK)
        if current.state is State.LIVE or (once_live and not back):
            return current
        before = self.live_id
        if before:
            self._move(self.live_id, State.ROLLED_BACK if back else State.RETIRED, at)
        self.live_id = release_id
        self.change(release_id, lambda one: replace(one, attempt=max(attempt, one.attempt), reason=""))
        if before not in ("", release_id) and not back:
            self.change(release_id, lambda one: replace(one, previous_live=before))
        return self._move(release_id, State.LIVE, at)

    def _move(self, release_id: str, state: State, at: datetime) -> Release:
        return self.change(release_id, lambda one: replace(one, state=state, times={**one.times, state: at}))

    def unfinished(self) -> Iterator[Release]:
        yield from [release for release in self.releases.values() if not release.state.ended]

    def history(self, before: str = "", limit: int = 100, model: str = "") -> list[Release]:
        releases = sorted(self.releases.values(), key=_opened, reverse=True)
        if before:
            start = self.release(before)
            releases = [one for one in releases if _opened(one) < _opened(start)]
        return [one for one in releases if model in ("", one.model)][:limit]

    def uploads_since(self, moment: datetime, limit: int) -> list[datetime]:
        found = (one.opened_at for one in self.releases.values() if one.opened_at > moment and one.fingerprint)
        return sorted(found, reverse=True)[:limit]

    def card(self, release: Release) -> Card:
        return self.cards.get(release.id, Card())

    def change_card(self, release: Release, change: CardChange) -> Card:
        while True:
            current = self.card(release)
            changed = change(current)
            if changed == current:
                return current
            with self.writing:
                if self.card(release).revision == current.revision:
                    self.cards[release.id] = replace(changed, revision=current.revision + 1)
                    return self.cards[release.id]

    def change_mailbox(self, address: str, change: MailboxChange) -> Mailbox:
        current = self.mailboxes.get(address.casefold(), Mailbox())
        changed = change(current)
        if changed != current:
            self.mailboxes[address.casefold()] = replace(changed, revision=current.revision + 1)
        return self.mailboxes.get(address.casefold(), current)

    def waiting_mailboxes(self) -> Iterator[str]:
        yield from [address for address, box in self.mailboxes.items() if box.waiting]

    def behind(self) -> Iterator[str]:
        yield from [name for name, card in self.cards.items() if card.behind]


def _opened(release: Release) -> tuple[datetime, str]:
    return release.opened_at, release.id


@dataclass
class FakeQueue:
    """A queue that keeps what it is sent, and after how long it would deliver it."""

    sent: list[tuple[str, timedelta]] = field(default_factory=list)

    def send_later(self, body: str, delay: timedelta) -> None:
        self.sent.append((body, delay))

    def send(self, body: str) -> None:
        self.sent.append((body, timedelta()))


@dataclass
class FakeEnvironments:
    """Staging and production, and the version that runs on each."""

    versions: dict[str, str] = field(default_factory=dict)
    status: str = "Ready"
    health: str = "Green"
    begun: list[tuple[str, str]] = field(default_factory=list)

    def deployed(self, target: str) -> DeployedVersion:
        return DeployedVersion(self.running(target), self.status, self.health)

    def deploy(self, target: str, version: str) -> None:
        self.begun.append((target, version))

    def running(self, target: str) -> str:
        return self.versions.get(target, "")


@dataclass
class FakePipeline:
    """A pipeline that starts one execution per token, as CodePipeline does, and takes one answer per question."""

    executions: dict[str, str] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    answers: list[tuple[str, Decision]] = field(default_factory=list)
    fails: int = 0
    ended: dict[str, State] = field(default_factory=dict)
    rollbacks: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    console: dict[str, Decision] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    outdated: bool = False
    rolled_back: list[str] = field(default_factory=list)

    def roll_back(self, execution_id: str) -> str:
        if self.outdated:
            raise RollbackRefused("CodePipeline cannot roll back to it: the pipeline has changed since.")
        self.rolled_back.append(execution_id)
        return f"rollback-to-{execution_id}"

    def stop(self, execution_id: str, reason: str) -> None:
        self.stopped[execution_id] = reason

    def revision_of(self, execution_id: str) -> tuple[str, str]:
        return "Read sevens better", "GitHub"

    def commit_author(self, execution_id: str) -> str:
        return self.authors.get(execution_id, "")

    def rolls_back_to(self, execution_id: str) -> str:
        return self.rollbacks.get(execution_id, "")

    def state_of(self, execution_id: str) -> State | None:
        return self.ended.get(execution_id)

    def answered(self, execution_id: str) -> Decision | None:
        return self.console.get(execution_id)

    def start(self, release: Release) -> str:
        if self.fails:
            self.fails -= 1
            raise TimeoutError("throttled")
        self.commits.setdefault(release.id, release.commit.id)
        return self.executions.setdefault(release.id, f"execution-of-{release.id}")

    def answer(self, token: str, answer: Decision) -> None:
        if any(answered == token for answered, _ in self.answers):
            raise AnswerRefused("This question has been answered elsewhere or has expired.")
        self.answers.append((token, answer))


@dataclass
class FakeAttachedPipeline(FakePipeline):
    """An existing pipeline: its open approvals by execution, with the tokens that they take."""

    commit: Commit = field(default_factory=Commit)
    open: dict[str, Question] = field(default_factory=dict)
    changes: dict[str, list[ActionChange]] = field(default_factory=dict)
    deployments: dict[str, str] = field(default_factory=dict)

    def commit_of(self, execution_id: str) -> Commit:
        return self.commit

    def open_approvals(self) -> list[ActionChange]:
        return [change for changes in self.changes.values() for change in changes if change.status == "STARTED"][-1:]

    def question(self, execution_id: str) -> Question | None:
        return self.open.get(execution_id)

    def changes_of(self, execution_id: str) -> list[ActionChange]:
        return self.changes.get(execution_id, [])

    def last_deployment(self, action: str) -> str:
        return self.deployments.get(action, "")


@dataclass
class FakeJobs:
    """CodePipeline's ear."""

    done: dict[str, dict[str, str]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    continued: dict[str, tuple[str, int, str]] = field(default_factory=dict)

    def succeed(self, job_id: str, summary: str, outputs: dict[str, str]) -> None:
        self.done[job_id] = outputs

    def continue_later(self, job_id: str, token: str, percent: int, summary: str) -> None:
        self.continued[job_id] = token, percent, summary

    def fail(self, job_id: str, message: str) -> None:
        self.failed[job_id] = message


@dataclass
class FakeChat:
    """A Slack channel that keeps every message it is sent; it never takes one that contains what it `rejects`."""

    posted: list[tuple[str, list[Json], str]] = field(default_factory=list)
    updated: list[tuple[str, str, list[Json]]] = field(default_factory=list)
    down: bool = False
    deleted: set[str] = field(default_factory=set)
    rejects: str = ""
    users: dict[str, str] = field(default_factory=dict)

    def find_user(self, email: str) -> str:
        return self.users.get(email, "")

    def post(self, text: str, blocks: list[Json], thread: str = "") -> tuple[str, str]:
        self._take(text, blocks)
        self.posted.append((text, blocks, thread))
        return "C0RELEASES", f"{len(self.posted)}.0"

    def _take(self, text: str, blocks: list[Json]) -> None:
        if self.down:
            raise ChatFailed("Slack is down.")
        if self.rejects and self.rejects in f"{text} {blocks}":
            raise ChatRejected("Slack did not take it: invalid_blocks")

    def update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> None:
        self._take(text, blocks)
        if ts in self.deleted:
            raise MessageGone("Slack did not take chat_update: message_not_found")
        self.updated.append((ts, text, blocks))


@dataclass
class FakeMail:
    """An e-mail topic that keeps what it sends; it takes nothing for whom it `refuses`, and never what it `rejects`."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    rejects: str = ""

    def send(self, to: str, subject: str, text: str) -> None:
        if self.rejects and self.rejects in text:
            raise MailRejected(f"SNS did not take a mail to {to}: InvalidParameter")
        if to in self.refuses:
            raise MailFailed(f"SNS did not take a mail to {to}.")
        self.sent.append((to, subject, text))


@dataclass
class FakeSubscriptions:
    """A topic's e-mail subscriptions, by address; nobody has confirmed a new one."""

    known: dict[str, Subscription] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def all(self) -> list[Subscription]:
        return list(self.known.values())

    def subscribe(self, address: str) -> None:
        self.asked.append(address)
        self.known.setdefault(address.casefold(), Subscription(address))

    def confirm(self, address: str) -> None:
        self.known[address.casefold()] = Subscription(address, f"arn:of:{address}", personal=True)

    def set_filter(self, subscription: Subscription) -> None:
        self.known[subscription.address.casefold()] = replace(subscription, personal=True)

    def unsubscribe(self, subscription: Subscription) -> None:
        del self.known[subscription.address.casefold()]
