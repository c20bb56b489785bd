"""Two calls of AWS that a press in Slack waits for, signed by botocore and sent without its clients.

Importing boto3 and making two clients takes more processor than everything else until Slack is answered. Both services
speak JSON; what the clients would add (retries of throttled calls, endpoints of FIPS and of isolated partitions) is not
needed here. A call that fails fails the request, and Slack tells the person.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import EnvProvider

from slipway.errors import AwsCallFailed
from slipway.models import Json

MAX_AGE = 300  # seconds that a warm function keeps a secret
TIMEOUT = urllib3.Timeout(connect=1, read=2)  # seconds; Slack waits three
AGAIN = urllib3.Retry(1, allowed_methods=None, status_forcelist=(500, 502, 503, 504), raise_on_status=False)
CHINA = "aws-cn"


@dataclass(frozen=True, slots=True)
class JsonService:
    """A service of AWS in one region: its endpoint, what X-Amz-Target begins with, and the version of its JSON."""

    name: str
    target: str
    version: str
    region: str
    endpoint: str

    def call(self, operation: str, body: Json) -> Json:
        """Call an operation, and return what it answers. Raises AwsCallFailed."""
        content = {
            "X-Amz-Target": f"{self.target}.{operation}",
            "Content-Type": f"application/x-amz-json-{self.version}",
        }
        request = AWSRequest("POST", self.endpoint, content, json.dumps(body).encode())
        if not (credentials := EnvProvider().load()):  # Lambda sets them
            raise AwsCallFailed("There are no credentials in the environment.")
        SigV4Auth(credentials, self.name, self.region).add_auth(request)
        headers = dict(request.headers.items())
        try:
            answer = urllib3.request(
                "POST", self.endpoint, body=request.body, headers=headers, timeout=TIMEOUT, retries=AGAIN
            )
        except urllib3.exceptions.HTTPError as error:
            raise AwsCallFailed(f"{self.name} {operation} did not answer: {type(error).__name__}") from error
        if answer.status != HTTPStatus.OK:
            raise AwsCallFailed(f"{self.name} {operation} answered {answer.status}: {answer.data[:300]!r}")
        found: Json = answer.json()
        return found


def secrets_manager(region: str, partition: str, endpoint: str) -> JsonService:
    """Return Secrets Manager; an `endpoint` takes the place of AWS's own."""
    name = "secretsmanager"
    return JsonService(name, name, "1.1", region, endpoint or _endpoint(name, region, partition))


def sqs(region: str, partition: str, endpoint: str) -> JsonService:
    """Return SQS; an `endpoint` takes the place of AWS's own."""
    return JsonService("sqs", "AmazonSQS", "1.0", region, endpoint or _endpoint("sqs", region, partition))


def _endpoint(service: str, region: str, partition: str) -> str:
    return f"https://{service}.{region}.amazonaws.com{'.cn' if partition == CHINA else ''}/"


@dataclass(frozen=True, slots=True)
class Sender:
    """A queue that takes messages for another function."""

    service: JsonService
    url: str

    def send(self, body: str) -> None:
        """Send a message."""
        self.service.call("SendMessage", {"QueueUrl": self.url, "MessageBody": body})


def secret(service: JsonService, arn: str) -> dict[str, str]:
    """Return a secret that is a JSON object of texts; a warm function reads it anew every five minutes."""
    content: dict[str, str] = json.loads(_secret(service, arn, int(time.monotonic() // MAX_AGE)))
    return content


@lru_cache(maxsize=1)
def _secret(service: JsonService, arn: str, _period: int) -> str:
    return str(service.call("GetSecretValue", {"SecretId": arn})["SecretString"])
