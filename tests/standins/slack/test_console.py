"""What cards and mails link to in the AWS console is there on the local AWS, too."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from starlette.applications import Starlette

from standins.slack.console import TROUBLE, Console, missing
from tests.support.made_releases import SMOKE, URLS, WAITING

PAGE = b"<h1>Evidence</h1>"


class Aws:
    """The services that the pages read."""

    def get_object(self, **place: str) -> dict[str, Any]:
        page = {"Bucket": URLS.bucket, "Key": "evidence/birds-r12/staging.html", "VersionId": SMOKE.page_version}
        if place != page:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(PAGE)}

    def list_action_executions(self, **asked: Any) -> dict[str, Any]:
        at = datetime(2026, 11, 22, 9, tzinfo=UTC)
        action = {"startTime": at, "stageName": "Staging", "actionName": "SmokeTest", "status": "Failed"}
        said = {"output": {"executionResult": {"externalExecutionSummary": "accuracy is 10 %"}}}
        return {"actionExecutionDetails": [action | said, action | {"actionName": "Deploy", "status": "Succeeded"}]}


@pytest.fixture
def get(tmp_path: Path) -> Callable[[str], httpx.Response]:
    """Open a page."""
    (tmp_path / "build-image-1a2b.log").write_text("No space left.")
    routes = Console(tmp_path, lambda service: Aws()).routes()
    app = Starlette(routes=routes, exception_handlers=dict.fromkeys(TROUBLE, missing))

    async def answer(path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return lambda path: asyncio.run(answer(path))


def path_of(address: str) -> str:
    return address.replace(URLS.console, "/console")


def test_the_evidence_is_shown_where_the_card_links_to(get: Callable[[str], httpx.Response]) -> None:
    """As it lies in the bucket, and nothing in it may run."""
    answer = get(path_of(URLS.evidence(SMOKE)))
    assert (answer.content, answer.headers["content-type"]) == (PAGE, "text/html; charset=utf-8")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_failed_execution_is_told_where_the_thread_links_to(get: Callable[[str], httpx.Response]) -> None:
    """The first action first, each with what it said."""
    told = get(path_of(URLS.log(replace(WAITING, execution_id="e-1")))).text.splitlines()
    assert [line.split()[-1] for line in told] == ["Succeeded", "%"]


def test_a_build_s_log_is_shown(get: Callable[[str], httpx.Response]) -> None:
    """From the file that the build writes."""
    address = "/console/codesuite/codebuild/projects/image/build/image%3A1a2b/log"
    assert get(address).text == "No space left."


@pytest.mark.parametrize(
    "path",
    [
        "/console/s3/object/another?prefix=x&versionId=1",
        "/console/codesuite/codebuild/projects/image/build/..%2Fsecrets/log",
        "/console/elsewhere",
    ],
)
def test_what_is_not_there_is_not_found(get: Callable[[str], httpx.Response], path: str) -> None:
    """And nothing but logs is read."""
    assert get(path).status_code == 404
