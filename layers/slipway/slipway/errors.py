"""All errors of Slipway, by cause. The message of each is one sentence for the person who has to act on it."""

from datetime import timedelta


class SlipwayError(Exception):
    """Base class of all errors below."""


class SettingMissing(SlipwayError):
    """An environment variable of a function is missing or not valid."""


class NotSettled(SlipwayError):
    """An upload is still arriving: check again `after` that time, and pass on `seen`, what this check has found."""

    def __init__(self, sentence: str, after: timedelta, seen: str = "") -> None:
        super().__init__(sentence)
        self.after, self.seen = after, seen


class Refused(SlipwayError):
    """An upload cannot become a candidate; the message names the file and the cure."""


class NotFound(SlipwayError):
    """There is no such release, or other thing that was asked for by name."""


class NothingToRelease(NotFound):
    """A push of code has no live model to be released with."""


class ItemUnreadable(SlipwayError):
    """An item of the ledger does not have the format that Slipway writes."""


class SamplesUnreadable(SlipwayError):
    """The sampled requests of production could not be read."""


class Conflict(SlipwayError):
    """A conditional write lost against other writers too many times."""


class AnswerRefused(SlipwayError):
    """A vote or decision does not count; the message tells the person why."""


class NotAuthentic(SlipwayError):
    """A request has no valid signature of Slack."""


class AwsCallFailed(SlipwayError):
    """AWS did not answer a call, or refused it."""


class DeadlineExceeded(SlipwayError):
    """What somebody waits for took too long, and was broken off: it may be done or not."""


class SuiteInvalid(SlipwayError):
    """A suite of smoke tests is not valid."""


class EvidenceUnreadable(SlipwayError):
    """A file is not evidence, or has a format that this version cannot read."""


class EvidenceChanged(EvidenceUnreadable):
    """Evidence was changed after the smoke test stored it."""


class RollbackRefused(SlipwayError):
    """CodePipeline cannot roll production back to an execution; the text says why."""


class ProductionClosed(SlipwayError):
    """A release is deployed outside the release hours, or in a freeze."""


class ImageGone(SlipwayError):
    """The image to deploy is not in its repository any more."""


class BuildChanged(SlipwayError):
    """The build to deploy is not the one that was tested."""


class CheckpointChanged(SlipwayError):
    """The saved state of a smoke test was changed by somebody else."""


class Unreachable(SlipwayError):
    """No complete HTTP response came back."""


class TooSlow(Unreachable):
    """A service accepted a request and did not finish its response within the timeout."""


class SmokeTestLost(SlipwayError):
    """A smoke test cannot continue: too many attempts broke off, or a newer run replaced it."""


class ChatFailed(SlipwayError):
    """Slack did not accept a message."""


class MessageGone(ChatFailed):
    """The message to update was deleted."""


class ChatRejected(ChatFailed):
    """Slack will not accept this message on a retry either."""


class MailFailed(SlipwayError):
    """SNS did not accept a mail."""


class MailRejected(MailFailed):
    """SNS will not accept this mail on a retry either."""


class DiscoveryFailed(SlipwayError):
    """An existing pipeline is not one that Slipway can be attached to; the text says what is missing."""


class NotAnswered(SlipwayError):
    """CloudFormation did not accept the response of a custom resource."""
