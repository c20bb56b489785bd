"""Finding in logs whom IAM denied what."""

import pytest

from rehearsal.denials import Denial, find_denials

ROLE = "arn:aws:sts::000000000000:assumed-role/slipway-AnnounceRole-1A2B/slipway-announce"
LOG_GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/x"
MESSAGE = f"User: {ROLE} is not authorized to perform: "


@pytest.mark.parametrize(
    ("text", "resource"),
    [
        (
            f"{MESSAGE}sns:Publish on resource: arn:aws:sns:us-east-1:0:t because no policy",
            "arn:aws:sns:us-east-1:0:t",
        ),
        (f'{{"Message": "{MESSAGE}sns:Publish on resource: {LOG_GROUP}"}}', LOG_GROUP),
        (
            f'{MESSAGE}sns:Publish on resource: \\"arn:aws:s3:::b/k\\" with an explicit deny',
            "arn:aws:s3:::b/k",
        ),
        (f"{MESSAGE}sns:Publish because no identity-based policy allows the sns:Publish action", ""),
        (f"{MESSAGE}sns:Publish on resource: arn:aws:sns:us-east-1:0:t.", "arn:aws:sns:us-east-1:0:t"),
        ("arn:aws:iam::0:role/service-role/slipway-AnnounceRole-1A2B is not authorized to perform: sns:Publish", ""),
    ],
)
def test_a_denial_is_read_from_every_spelling(text: str, resource: str) -> None:
    """Plain, as JSON, with a quoted resource, without one, at the end of a sentence, by the role itself."""
    assert find_denials(f"… {text}\n") == [Denial("the role slipway-AnnounceRole-1A2B", "sns:Publish", resource)]


def test_a_denial_says_who_was_denied_what_on_which_resource() -> None:
    """The sentence names what has to be added to which policy."""
    denial = Denial("the role R", "s3:GetObject", "arn:aws:s3:::b/k")
    assert str(denial) == "the role R was denied s3:GetObject on arn:aws:s3:::b/k"


def test_the_same_denial_is_told_once() -> None:
    """Lambdas retry, and each attempt is denied."""
    assert len(find_denials(f"{MESSAGE}sqs:SendMessage\n" * 3)) == 1
