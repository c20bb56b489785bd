"""Calls of AWS without boto3, against a local server, botocore's own signature, and its models of the services."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from slipway.adapters import aws_json
from slipway.adapters.aws_json.sigv4 import Credentials as Keys
from slipway.adapters.aws_json.sigv4 import sign
from slipway.errors import AwsCallFailed

KEYS = Keys("testing", "testing", "testing")
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:slack"


class Server(ThreadingHTTPServer):
    """Answers each request with the next of `answers`, and keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, Any]] = []
        self.received: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status, answer = self.server.answers.pop(0)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@pytest.fixture
def server(aws_environment: None) -> Iterator[Server]:
    aws_json._secret.cache_clear()
    server = Server()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def secrets(server: Server) -> aws_json.JsonService:
    return aws_json.secrets_manager("eu-central-1", "aws", server.url, KEYS)


def test_a_message_is_sent_to_its_queue(server: Server) -> None:
    """As SendMessage of SQS wants it."""
    server.answers = [(200, {"MessageId": "1"})]
    aws_json.Sender(aws_json.sqs("eu-central-1", "aws", server.url, KEYS), "https://queue").send("pressed")
    [(headers, body)] = server.received
    assert headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert json.loads(body) == {"QueueUrl": "https://queue", "MessageBody": "pressed"}


def test_a_request_has_the_signature_that_botocore_gives_it(server: Server) -> None:
    """With the token of a role's session, which is signed too."""
    server.answers = [(200, {"SecretString": "{}"})]
    aws_json.secret(secrets(server), ARN)
    [(headers, body)] = server.received
    request = AWSRequest("POST", server.url, {"X-Amz-Target": headers["x-amz-target"]}, body)
    request.headers["Content-Type"] = headers["content-type"]
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials("testing", "testing", "testing"), "secretsmanager", "eu-central-1")
    request.headers["X-Amz-Security-Token"] = headers["x-amz-security-token"]
    request.headers["X-Amz-Date"] = headers["x-amz-date"]
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert headers["authorization"].endswith(f"Signature={signature}")
    assert headers["x-amz-security-token"] == "testing"


@pytest.mark.parametrize("service", [aws_json.secrets_manager, aws_json.sqs])
@pytest.mark.parametrize(("region", "partition"), [("eu-central-1", "aws"), ("cn-north-1", "aws-cn")])
def test_the_protocol_and_the_endpoint_are_those_of_botocore_s_client(
    aws_environment: None, service: Any, region: str, partition: str
) -> None:
    """The services' models say what X-Amz-Target begins with, and which JSON they speak."""
    ours = service(region, partition, "", KEYS)
    client: Any = boto3.client(ours.name, region_name=region)
    said = client.meta.service_model.metadata
    assert (ours.target, ours.version) == (said["targetPrefix"], said["jsonVersion"])
    assert ours.endpoint.rstrip("/") == client.meta.endpoint_url


def test_a_secret_is_read_once_in_five_minutes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """And then again, so that a changed one is noticed."""
    server.answers = [(200, {"SecretString": f'{{"bot_token": "{word}"}}'}) for word in ("old", "new")]
    monkeypatch.setattr("slipway.adapters.aws_json.time.monotonic", lambda: 1000.0)
    assert aws_json.secret(secrets(server), ARN) == {"bot_token": "old"}
    assert aws_json.secret(secrets(server), ARN) == {"bot_token": "old"}
    monkeypatch.setattr("slipway.adapters.aws_json.time.monotonic", lambda: 1000.0 + aws_json.MAX_AGE)
    assert aws_json.secret(secrets(server), ARN) == {"bot_token": "new"}


def test_a_call_that_fails_within_aws_is_made_once_more(server: Server) -> None:
    """SQS may have taken the message: whoever reads the queue expects a message twice."""
    server.answers = [(503, {}), (200, {})]
    aws_json.Sender(aws_json.sqs("eu-central-1", "aws", server.url, KEYS), "https://queue").send("pressed")
    assert len(server.received) == 2


@pytest.mark.parametrize("answers", [[(400, {"__type": "AccessDeniedException"})], [(500, {}), (500, {})]])
def test_a_call_that_is_refused_says_what_aws_said(server: Server, answers: list[tuple[int, Any]]) -> None:
    """The request fails with it, and Slack tells the person."""
    server.answers = list(answers)
    with pytest.raises(AwsCallFailed, match=rf"^secretsmanager GetSecretValue answered {answers[0][0]}: "):
        aws_json.secret(secrets(server), ARN)


def test_a_call_that_is_not_answered_fails(aws_environment: None) -> None:
    """Nobody listens there."""
    aws_json._secret.cache_clear()
    with pytest.raises(AwsCallFailed, match="did not answer"):
        aws_json.secret(aws_json.secrets_manager("eu-central-1", "aws", "http://127.0.0.1:1/", KEYS), ARN)


def test_a_call_without_credentials_fails() -> None:
    """Lambda sets them; whoever runs the code elsewhere is told."""
    nobody = Keys("", "")
    with pytest.raises(AwsCallFailed, match="no credentials"):
        aws_json.sqs("eu-central-1", "aws", "http://127.0.0.1:1/", nobody).call("SendMessage", {})


@pytest.mark.parametrize("token", ["", "a/session+token=="])
def test_any_request_has_the_signature_that_botocore_gives_it(token: str) -> None:
    """Of keys that are temporary or not, of a body that is not ASCII, of a host with a port."""
    now, body = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), "é\n".encode()
    keys, headers = Credentials("AKIA", "s3/cret+", token or None), {"Host": "x.example:8443", "X-Amz-Target": "a.B"}
    ours = sign(headers, body, Keys("AKIA", "s3/cret+", token), "eu-central-1", "sqs", now)
    signed = headers | {"X-Amz-Date": "20260203T040506Z"} | ({"X-Amz-Security-Token": token} if token else {})
    request = AWSRequest("POST", "https://x.example:8443/", signed, body)
    request.context["timestamp"] = "20260203T040506Z"
    signer = SigV4Auth(keys, "sqs", "eu-central-1")
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert ours["authorization"].endswith(f"Signature={signature}")
    assert f"SignedHeaders={signer.signed_headers(signer.headers_to_sign(request))}," in ours["authorization"]
