"""What can go wrong, by cause: each error's text is one sentence for the person who has to act on it."""

from datetime import timedelta


class SlipwayError(Exception):
    """The root of the family."""


class SettingMissing(SlipwayError):
    """A function was deployed without one of its environment variables."""


class NotSettled(SlipwayError):
    """An upload is still arriving: look again `after` so long, and remember what this look has `seen`."""

    def __init__(self, sentence: str, after: timedelta, seen: str = "") -> None:
        super().__init__(sentence)
        self.after, self.seen = after, seen


class Refused(SlipwayError):
    """An upload is unfit to become a candidate; the text names the file and the cure."""


class NotFound(SlipwayError):
    """Something that was named does not exist."""


class ItemUnreadable(SlipwayError):
    """Something in the ledger is not what Slipway writes."""


class Conflict(SlipwayError):
    """Somebody else changed the same record at the same time, again and again."""


class AnswerRefused(SlipwayError):
    """An answer does not count; the text tells the person who gave it why."""


class NotAuthentic(SlipwayError):
    """A request does not prove that it comes from Slack."""


class SuiteInvalid(SlipwayError):
    """A suite of smoke tests cannot be understood."""


class EvidenceUnreadable(SlipwayError):
    """Evidence was written by another version of Slipway, or is none."""


class EvidenceChanged(EvidenceUnreadable):
    """Evidence is not what the smoke test stored."""


class BuildChanged(SlipwayError):
    """A build is not the one that was tested."""


class Unreachable(SlipwayError):
    """A service gave no HTTP answer at all."""


class TooSlow(Unreachable):
    """A service took a request and did not answer it to the last byte in time."""


class SmokeTestLost(SlipwayError):
    """A smoke test cannot go on: it broke off again and again, or a newer one took its place."""


class ChatFailed(SlipwayError):
    """Slack did not take a message."""


class MessageGone(ChatFailed):
    """A message that is to be changed is not there any more."""


class ChatRejected(ChatFailed):
    """Slack will never take this message: sending it again is no use."""


class MailFailed(SlipwayError):
    """SNS did not take a mail."""


class MailRejected(MailFailed):
    """SNS will never take this mail: sending it again is no use."""


class NotAnswered(SlipwayError):
    """CloudFormation did not take the answer that it waits for."""
