"""What is deployed, and where it is reached."""

import pytest

from rehearsal.deployment import local_address


@pytest.mark.parametrize(
    ("named", "reached"),
    [
        ("https://abc.lambda-url.us-east-1.on.aws/", "http://abc.lambda-url.us-east-1.localhost:5000/"),
        ("http://abc.lambda-url.us-east-1.localhost:4566/", "http://abc.lambda-url.us-east-1.localhost:4566/"),
    ],
)
def test_a_function_url_is_reached_at_the_local_aws(named: str, reached: str) -> None:
    """The stack's output has the address that AWS would give it, where nobody listens."""
    assert local_address(named, 5000) == reached
