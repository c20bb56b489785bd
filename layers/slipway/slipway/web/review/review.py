"""The review page: what an approver looks at before an answer, and where the question stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.voting import Panel
from slipway.errors import AnswerRefused, EvidenceUnreadable
from slipway.models import Answer, Approver, Ballot, Decision, Release, State
from slipway.models.addresses import same
from slipway.ports import Bucket
from slipway.smoke.evidence import Evidence
from slipway.smoke.report import evidence_of
from slipway.web.links import Link

DECISIONS: dict[str, Decision] = {"approve": "approved", "reject": "rejected"}  # by the form's buttons
REASON = 400  # characters, as many as the modal in Slack takes
_LARGEST = 5 * 1024**2  # bytes of evidence; a function URL gives at most six


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a question stands for one person.

    `open` is whether an answer of theirs is still taken, `bar` why an approval would not count, `said` what they have
    said so far, `missing` how many approvals it still takes, and `shortage` why there can never be enough.
    """

    open: bool
    sentence: str
    bar: str
    said: Answer | None
    missing: int
    shortage: str
    silent: tuple[Approver, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """Reads what there is to decide on, and takes answers to the panel."""

    bucket: Bucket
    panel: Panel

    def standing(self, release: Release, link: Link, person: Approver) -> Standing:
        """Tell a person where the question of their link stands."""
        policy = self.panel.policy
        sentence = _settled(release, link.question)
        return Standing(
            open=not sentence,
            sentence=sentence,
            bar=policy.bar(release, person),
            said=next((vote for vote in release.votes if same(vote.by, person.email)), None),
            missing=max(0, policy.required - len(policy.approvals(release))),
            shortage=policy.shortage(release),
            silent=tuple(policy.silent(release)),
        )

    def evidence(self, release: Release, target: str = "staging") -> Evidence | None:
        """Read the evidence of a smoke test; None if there is none that can be read."""
        smoke = release.smoke.get(target)
        if smoke is None:
            return None
        try:
            return evidence_of(json.loads(self.bucket.text(smoke.evidence, _LARGEST)))
        except (EvidenceUnreadable, AttributeError, LookupError, TypeError, ValueError):
            return None

    def decide(self, link: Link, button: str, reason: str, now: datetime) -> Release:
        """Take an answer, or raise AnswerRefused with what the person should know."""
        decision, reason = DECISIONS.get(button), " ".join(reason.split())[:REASON]
        if decision is None:
            raise AnswerRefused("Choose one: approve or reject.")
        if decision == "rejected" and not reason:
            raise AnswerRefused(f"Say in a sentence why {link.release} is not released: its author will read it.")
        return self.panel.vote(Ballot(link.release, link.question, link.person, decision, "page", reason), now)


def _settled(release: Release, question: str) -> str:
    """Say why a question needs no answer any more; nothing if it does."""
    if release.approval is None or release.approval.question != question:
        return f"{release.id} was tested and asked about again since: open the newest link to it."
    if release.answer and release.answer.source == "slipway":
        return "Withdrawn."
    if release.answer:
        return f"{release.answer.decision.capitalize()} by {release.answer.by}."
    if release.deciding:
        return f"Just being {release.deciding.decision} by {release.deciding.by}."
    return "" if release.state is State.WAITING else f"It is {release.state.replace('_', ' ')}: no answer is needed."
