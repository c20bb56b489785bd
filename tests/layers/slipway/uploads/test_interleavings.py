"""However uploads, deletes and events interleave, every state of a folder that stands still is released once."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from slipway.errors import NotSettled
from slipway.models import Arrival, Candidate, CandidateFile, ObjectVersion, Release, State, UnfinishedUpload
from slipway.releases import start_execution
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.upload import MODELS as LAYOUT
from tests.support.fakes import NOW, FakeBucket, FakeClock, FakeLedger, FakePipeline
from tests.support.made_models import onnx, weights

SETTLE = timedelta(seconds=20)
AGAIN = timedelta(seconds=60)  # until a message that failed is delivered again
FOLDERS = ("models/birds/v1/", "models/birds/v2/", "models/bats/v1/")
NAMES = ("model.onnx", "a.txt", "z.txt")
KEYS = (
    *(folder + name for folder in FOLDERS for name in NAMES),
    "models/birds/one.onnx",
    "models/birds/one.onnx.data.onnx",
)
MODELS = tuple(onnx(initializers=[weights("w", bytes([number]))]) for number in range(3))
folders = st.sampled_from([FOLDERS[0], *FOLDERS])  # more happens in one place than in the others
keys = st.sampled_from([*KEYS[: len(NAMES)], *KEYS])
contents = st.integers(0, len(MODELS) - 1)
delays = st.sampled_from([0.0, 0.0, 0.25, 1.0, 35.0])
ENDS = (State.FAILED, State.EXPIRED, State.REJECTED, State.RETIRED)


@dataclass(frozen=True, eq=False)
class Message:
    """One event in the queue: of what, when by its own word, and from when on it can be received."""

    key: str
    version: str
    time: datetime
    visible: datetime
    seen: str = ""

    @property
    def arrival(self) -> Arrival:
        """The event that it carries."""
        return Arrival(self.key, self.time, self.version, seen=self.seen)


@dataclass(frozen=True)
class Frozen:
    """What the ledger was asked to open, when, and what lay there at that moment."""

    at: datetime
    candidate: Candidate
    standing: tuple[ObjectVersion, ...]
    release: Release
    new: bool


class World(FakeBucket):
    """A bucket that dates by whole seconds as S3 does, the queue that its events go to, and what arrived when."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.sent: list[Message] = []
        self.queue: list[Message] = []
        self.parts: dict[str, datetime] = {}
        self.arrived: dict[str, datetime] = {}

    def upload(self, key: str, content: int, delay: float) -> None:
        """Send an object in one request."""
        self._arrive(key, content, self.clock.at, delay, parts=0)

    def begin(self, key: str) -> None:
        """Begin an object that is sent in parts."""
        self.parts[key] = self.clock.at

    def complete(self, key: str, content: int, delay: float) -> None:
        """End an object that was sent in parts: its date is its beginning, its event is new."""
        self._arrive(key, content, self.parts.pop(key), delay, parts=2)

    def _arrive(self, key: str, content: int, dated: datetime, delay: float, parts: int) -> None:
        self.put(key, MODELS[content] if key.endswith(".onnx") else b"%d" % content, whole(dated), parts)
        self.arrived[self.current[key].version_id] = self.clock.at
        self.send(key, self.current[key].version_id, whole(self.clock.at), delay)

    def send(self, key: str, version: str, time: datetime, delay: float) -> None:
        """Put an event into the queue, where it waits for the settle time."""
        message = Message(key, version, time, self.clock.at + timedelta(seconds=delay) + SETTLE)
        self.sent.append(message)
        self.queue.append(message)

    def arriving(self, prefix: str) -> list[UnfinishedUpload]:
        found = [key for key in self.parts if (key.startswith(prefix) if prefix.endswith("/") else key == prefix)]
        return [UnfinishedUpload(key, "id", NOW, "models") for key in found]

    def visible(self) -> list[Message]:
        """Give the messages that can be received."""
        return [message for message in self.queue if message.visible <= self.clock.at]

    def still(self, prefix: str) -> bool:
        """Tell whether nothing is on its way to a folder any more, and no event of it."""
        on_way = [*(message.key for message in self.queue), *self.parts]
        return prefix not in map(LAYOUT.prefix_of, on_way)


class Ledger(FakeLedger):
    """A ledger that keeps what it was asked to open."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.frozen: list[Frozen] = []

    def open(self, candidate: Candidate, state: State, reason: str, at: datetime) -> Release:
        before = set(self.releases)
        release = super().open(candidate, state, reason, at)
        standing = tuple(self.world.versions(candidate.prefix))
        self.frozen.append(Frozen(self.world.clock.at, candidate, standing, release, release.id not in before))
        return release


def whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def versions(files: tuple[CandidateFile, ...] | list[ObjectVersion] | tuple[ObjectVersion, ...]) -> frozenset[str]:
    return frozenset(file.version_id for file in files)


class Interleavings(RuleBasedStateMachine):
    """People who upload and delete, S3 that tells of it late, twice and out of order, starts that fail."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(NOW)
        self.world = World(self.clock)
        self.ledger, self.pipeline = Ledger(self.world), FakePipeline()
        self.uploads = UploadReceiver(
            self.world,
            self.ledger,
            self.pipeline,
            self.clock,
            SETTLE,
            Rules(10_000, accepted=("onnx", "*.txt"), max_uploads_per_hour=1000),
        )
        # The states of each folder since something last arrived in it: a deletion has no event of its own.
        self.states: dict[str, list[frozenset[str]]] = defaultdict(list)

    @rule(key=keys, content=contents, delay=delays)
    def upload(self, key: str, content: int, delay: float) -> None:
        if key not in self.world.parts:
            self.world.upload(key, content, delay)
            self._changed(key, arrived=True)

    @rule(content=contents, delay=delays, folder=folders, names=st.permutations(NAMES))
    def upload_folder(self, content: int, delay: float, folder: str, names: list[str]) -> None:
        for name in names:
            self.upload(folder + name, content, delay)
            self.clock.sleep(0.25)

    @rule(content=contents, delay=delays, folder=folders)
    def upload_folder_in_parts(self, content: int, delay: float, folder: str) -> None:
        self.begin(folder + "model.onnx")
        self.clock.sleep(1)
        for name in ("a.txt", "z.txt"):
            self.upload(folder + name, content, delay)

    @rule(key=keys)
    def begin(self, key: str) -> None:
        self.world.parts.setdefault(key, self.clock.at)

    @precondition(lambda self: self.world.parts)
    @rule(data=st.data(), content=contents, delay=delays)
    def complete(self, data: st.DataObject, content: int, delay: float) -> None:
        key = data.draw(st.sampled_from(sorted(self.world.parts)))
        self.world.complete(key, content, delay)
        self._changed(key, arrived=True)

    @precondition(lambda self: self.world.parts)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        del self.world.parts[data.draw(st.sampled_from(sorted(self.world.parts)))]

    @rule()
    def sweep(self) -> None:
        with suppress(ExceptionGroup):  # a start that breaks is made by the next sweep
            list(start_execution.start_stranded(self.ledger, self.pipeline, self.clock.at))

    @precondition(lambda self: self.world.current)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.world.current)))
        del self.world.current[key]
        self._changed(key, arrived=False)

    @rule(seconds=st.sampled_from([0.25, 0.75, 1.0, 5.0, 19.75, 21.0, 70.0]))
    def wait(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    @precondition(lambda self: self.world.sent)
    @rule(data=st.data(), delay=delays)
    def tell_twice(self, data: st.DataObject, delay: float) -> None:
        message = data.draw(st.sampled_from(self.world.sent))
        self.world.send(message.key, message.version, message.time, delay)

    @rule()
    def break_the_next_start(self) -> None:
        self.pipeline.fails = 1

    @precondition(lambda self: self.pipeline.executions)
    @rule(data=st.data(), state=st.sampled_from(ENDS))
    def end(self, data: st.DataObject, state: State) -> None:
        release = data.draw(st.sampled_from(sorted(self.pipeline.executions)))
        if not self.ledger.release(release).state.ended:
            self.ledger._move(release, state, self.clock.at)

    @precondition(lambda self: self.world.visible())
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        self._deliver(data.draw(st.sampled_from(self.world.visible())))

    @precondition(lambda self: self.world.visible())
    @rule()
    def deliver_all(self) -> None:
        for message in self.world.visible():
            self._deliver(message)

    def _deliver(self, message: Message) -> None:
        self.world.queue.remove(message)
        frozen = len(self.ledger.frozen)
        try:
            self.uploads.receive(message.arrival)
        except NotSettled as early:
            self.world.queue.append(replace(message, visible=self.clock.at + early.after, seen=early.seen))
        except TimeoutError:
            self.world.queue.append(replace(message, visible=self.clock.at + AGAIN))
        for each in self.ledger.frozen[frozen:]:
            self._check_frozen(each)
        self._check_nothing_is_left(LAYOUT.prefix_of(message.key))

    def teardown(self) -> None:
        """Let everything end: what is sent in parts arrives, and all messages are delivered."""
        for key in sorted(self.world.parts):
            self.world.complete(key, 0, 0)
            self._changed(key, arrived=True)
        while self.world.queue:
            message = min(self.world.queue, key=lambda each: each.visible)
            self.clock.at = max(self.clock.at, message.visible)
            self._deliver(message)
        assert all(self.world.still(LAYOUT.prefix_of(key)) for key in KEYS)
        self.clock.sleep(start_execution.STRANDED_AFTER.total_seconds())
        for _ in range(2):
            self.sweep()
        assert not [each.id for each in self.ledger.releases.values() if start_execution.needs_execution(each)]

    @invariant()
    def no_content_is_on_its_way_twice(self) -> None:
        """A content is known by its name."""
        on_way = [each.candidate for each in self.ledger.releases.values() if not each.state.ended]
        assert len(on_way) == len(set(on_way))

    @invariant()
    def no_state_is_released_twice(self) -> None:
        """The same versions once more are a second delivery."""
        new = [versions(each.candidate.files) for each in self.ledger.frozen if each.new]
        assert len(new) == len(set(new))

    @invariant()
    def every_execution_carries_its_release(self) -> None:
        """What was started is bound, though it may take a second delivery."""
        for release_id, execution in self.pipeline.executions.items():
            release = self.ledger.release_of(execution)
            assert release is not None
            assert (release.id, release.execution_id) == (release_id, execution)

    def _check_frozen(self, frozen: Frozen) -> None:
        """Hold a candidate against what stood at that one moment, and for how long it had stood."""
        assert versions(frozen.candidate.files) == versions(frozen.standing)
        assert frozen.candidate.prefix not in map(LAYOUT.prefix_of, self.world.parts)
        for item in frozen.standing:
            assert self.world.arrived[item.version_id] <= frozen.at - SETTLE

    def _check_nothing_is_left(self, prefix: str) -> None:
        """When a folder has come to rest, what lay there since its last arrival is released, or was refused."""
        if not self.world.still(prefix) or not self.world.versions(prefix):
            return
        frozen = [each for each in self.ledger.frozen if versions(each.candidate.files) in self.states[prefix]]
        assert frozen
        release = self.ledger.release(frozen[-1].release.id)
        assert release.state is State.REFUSED or release.execution_id

    def _changed(self, key: str, *, arrived: bool) -> None:
        prefix = LAYOUT.prefix_of(key)
        if arrived:
            self.states[prefix].clear()
        self.states[prefix].append(versions(self.world.versions(prefix)))


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(
    deadline=None,
    max_examples=100,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
