"""The card: all about a release in one message, which is updated in place as the release moves."""

from __future__ import annotations

from slipway.approvals.policy import Policy
from slipway.models import Json, Release
from slipway.notifications.facts import Fact, Facts
from slipway.notifications.headline import headline
from slipway.notifications.slack import buttons, mrkdwn, timeline
from slipway.notifications.stack_urls import StackUrls
from slipway.releases.code_diff import CodeDiff


def blocks_of(
    release: Release, urls: StackUrls, policy: Policy, code_diff: CodeDiff | None = None, author_note: str = ""
) -> list[Json]:
    """Return the blocks of a release's card: headline, facts, question and buttons, timeline."""
    facts = Facts(release, urls, policy, mrkdwn, code_diff, author_note)
    fields = [mrkdwn.text_object(f"*{fact.label}*\n{fact.lines[0]}", mrkdwn.FIELD) for fact in facts.identity()]
    return [
        mrkdwn.header(headline(release)),
        {"type": "section", "fields": fields},
        *(_as_section(fact) for fact in (*facts.findings(), *facts.reason())),
        *buttons.answer(release, urls),
        *buttons.rollback(release),
        timeline.timeline_block(release),
    ]


def without_facts(release: Release) -> str:
    """Return a short plain text for a message that Slack rejected."""
    question = release.approval.question if release.accepts_votes else None
    answer = f" {mrkdwn.link(question.link, 'Answer in the AWS console')}." if question else ""
    return f"{mrkdwn.sentence(headline(release))} Slack did not take more than this about it.{answer}"


def _as_section(fact: Fact) -> Json:
    """Return a fact with all its lines as a Block Kit section."""
    first, *others = fact.lines
    return mrkdwn.section(mrkdwn.fitting([f"*{fact.label}* {first}", *others]))
