"""The rehearsed stack after its story: models are uploaded to it, and people answer in Chromium."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import yaml
from boto3.dynamodb.types import TypeDeserializer
from playwright.sync_api import Browser, Locator, Page, expect

MODEL = "model.onnx"
PATIENCE = 150.0  # seconds that a release may take to its next state on a busy machine

type Item = dict[str, Any]


class Stack:
    """The stack as who runs it sees it: `client` makes clients of the local AWS, `output` reads the stack's outputs."""

    def __init__(self, client: Callable[[str], Any], output: Callable[[str], str], run: Path) -> None:
        self._dynamodb, self._s3, self._lambda = client("dynamodb"), client("s3"), client("lambda")
        self.pipeline = client("codepipeline")
        self._table, self._bucket = output("LedgerTable"), output("ModelBucket")
        self._run = run

    def upload(
        self,
        sample: str,
        folder: str,
        *,
        force: str = "",
        by: Any = None,
        suite: str = "",
        while_sent: Callable[[], object] | None = None,
        **card: str,
    ) -> str:
        """Upload a sample of the story into another folder, its card changed; gives the release that it opens.

        `by` is whose client of S3 uploads, the root's if nobody's; `suite` is the content of its suite.yaml. With
        `while_sent`, the model is sent in parts, and completed when that returns, after everything else.
        """
        prefix, known = f"models/digits/{folder}/", {one["release"] for one in self.releases()}
        put = partial((by or self._s3).put_object, Bucket=self._bucket)
        complete: Callable[[], object] = bool
        for file in (self._run / "samples" / sample).iterdir():
            content = file.read_bytes()
            if while_sent and file.name == MODEL:
                complete = self._send_in_parts(prefix + file.name, content)
                continue
            if card and file.name == "card.yaml":
                content = yaml.safe_dump(yaml.safe_load(content) | card).encode()
            put(Key=prefix + file.name, Body=content)
        if suite:
            put(Key=f"{prefix}suite.yaml", Body=suite)
        marker = {"force": True, "reason": force} if force else {}
        put(Key=f"{prefix}_RELEASE", Body=yaml.safe_dump(marker) if marker else "")
        if while_sent:
            while_sent()
            complete()
        return until(lambda: self._opened(prefix) - known, f"{prefix} opens a release").pop()

    def _send_in_parts(self, key: str, content: bytes) -> Callable[[], object]:
        """Send an object as an upload in parts; returns what completes it."""
        place = {"Bucket": self._bucket, "Key": key}
        begun = self._s3.create_multipart_upload(**place, ChecksumAlgorithm="SHA256")
        place["UploadId"] = begun["UploadId"]
        sent = self._s3.upload_part(**place, PartNumber=1, Body=content, ChecksumAlgorithm="SHA256")
        part = {"PartNumber": 1, "ETag": sent["ETag"], "ChecksumSHA256": sent["ChecksumSHA256"]}
        return partial(self._s3.complete_multipart_upload, **place, MultipartUpload={"Parts": [part]})

    def _opened(self, prefix: str) -> set[str]:
        return {one["release"] for one in self.releases() if one["prefix"] == prefix}

    def releases(self) -> list[Item]:
        """Give all releases, the newest first."""
        found = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression="pk = :model AND begins_with(sk, :release)",
            ExpressionAttributeValues={":model": {"S": "MODEL#digits"}, ":release": {"S": "RELEASE#"}},
            ScanIndexForward=False,
            ConsistentRead=True,
        )["Items"]
        read = TypeDeserializer().deserialize
        return [{name: read(value) for name, value in item.items()} for item in found]

    def release(self, release_id: str) -> Item:
        """Give a release as it stands in the ledger."""
        return next(one for one in self.releases() if one["release"] == release_id)

    def until(self, release_id: str, state: str) -> Item:
        """Wait for a release to reach a state."""
        until(lambda: self.release(release_id)["state"] == state, f"{release_id} is {state}")
        return self.release(release_id)

    def is_in_parts(self, prefix: str) -> bool:
        """Return whether the model of an upload was sent in parts, as its checksum tells."""
        head = self._s3.head_object(Bucket=self._bucket, Key=prefix + MODEL, ChecksumMode="ENABLED")
        return str(head["ChecksumSHA256"]).endswith("-1")

    def action(self, release_id: str, name: str) -> Item:
        """Give what CodePipeline tells of an action of a release."""
        execution = {"pipelineExecutionId": self.release(release_id)["execution_id"]}
        told = self.pipeline.list_action_executions(pipelineName="slipway", filter=execution)["actionExecutionDetails"]
        return dict(next(one for one in told if one["actionName"] == name))

    def build_log(self, release_id: str) -> str:
        """Give what the build of a release said."""
        build = self.action(release_id, "BuildImage")["output"]["executionResult"]["externalExecutionId"]
        return (self._run / "logs" / f"build-{build.replace(':', '-')}.log").read_text()

    def mailed(self, to: str, subject: str) -> Item:
        """Wait for a mail in somebody's mailbox."""
        return until(lambda: self._mails(to, subject), f"{to} gets: {subject}")[-1]

    def mail_with(self, to: str, release: str, text: str) -> Item | None:
        """Find a mail about a release in somebody's mailbox, with a text in it."""
        found = (mail for mail in self._mailbox(to) if release in mail["subject"] and text in mail["message"])
        return next(found, None)

    def _mails(self, to: str, subject: str) -> list[Item]:
        return [mail for mail in self._mailbox(to) if mail["subject"] == subject]

    def _mailbox(self, to: str) -> list[Item]:
        lines = (self._run / "mail.jsonl").read_text().splitlines(keepends=True)
        mails = [json.loads(line) for line in lines if line.endswith("\n")]  # the last may be just being written
        return [mail for mail in mails if mail["to"] == to]

    def sampled(self) -> list[str]:
        """Give the keys of the requests that production has sampled."""
        found = self._s3.list_objects_v2(Bucket=self._bucket, Prefix="samples/")
        return [one["Key"] for one in found.get("Contents", [])]

    @contextmanager
    def forged(self, key: str) -> Iterator[None]:
        """Have something else lie under a key of the model bucket for a while."""
        content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content.replace(b"failed", b"passed") + b" ")
        yield
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)

    @contextmanager
    def deleted(self, key: str) -> Iterator[None]:
        """Have nothing lie under a key of the model bucket for a while."""
        content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        self._s3.delete_object(Bucket=self._bucket, Key=key)
        yield
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)

    def replace_artifact(self, release_id: str, name: str) -> None:
        """Put another archive into the place of an artifact that staging was tested with."""
        inputs = self.action(release_id, "SmokeTest")["input"]["inputArtifacts"]
        place = next(one["s3location"] for one in inputs if one["name"] == name)
        content = io.BytesIO()
        with ZipFile(content, "w") as archive:
            archive.writestr("docker-compose.yml", "services: {web: {image: another}}")
        self._s3.put_object(Bucket=place["bucket"], Key=place["key"], Body=content.getvalue())

    def answer_in_the_console(self, status: str, summary: str) -> None:
        """Answer what is asked now as the console does, which finds the question's token in the pipeline's state."""
        stages = self.pipeline.get_pipeline_state(name="slipway")["stageStates"]
        states = [state for stage in stages for state in stage["actionStates"] if state["actionName"] == "Approve"]
        self.pipeline.put_approval_result(
            pipelineName="slipway",
            stageName="Staging",
            actionName="Approve",
            token=states[0]["latestExecution"]["token"],
            result={"status": status, "summary": summary},
        )

    def set_variable(self, name: str, value: str) -> None:
        """Change a variable of every function that has it, as a deployment would."""
        for function in self._lambda.list_functions()["Functions"]:
            known, place = function.get("Environment", {}).get("Variables", {}), function["FunctionName"]
            if name in known:
                changed = {"Variables": known | {name: value}}
                self._lambda.update_function_configuration(FunctionName=place, Environment=changed)
                self._lambda.get_waiter("function_updated_v2").wait(FunctionName=place, WaiterConfig={"Delay": 1})

    def until_idle(self) -> None:
        """Wait until no execution of the pipeline runs."""

        def idle() -> bool:
            told = self.pipeline.list_pipeline_executions(pipelineName="slipway")["pipelineExecutionSummaries"]
            return all(one["status"] != "InProgress" for one in told)

        until(idle, "no execution runs")


def until[Found](look: Callable[[], Found], what: str) -> Found:
    """Wait until there is something to see."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, f"still not: {what}"
        time.sleep(0.1)
    return found


class Person:
    """Somebody who has the channel open in Chromium."""

    def __init__(self, browser: Browser, channel: str, user: str) -> None:
        self._context = browser.new_context()
        self._context.set_default_timeout(PATIENCE * 1000)
        self.channel = self.open(f"{channel}?user={user}")

    def open(self, address: str) -> Page:
        """Open a page beside the channel."""
        page = self._context.new_page()
        page.goto(address)
        return page

    def status(self, address: str) -> int:
        """Open a page only to see the status that it is answered with."""
        page = self._context.new_page()
        response = page.goto(address)
        page.close()
        return response.status if response else 0

    def card(self, release: str) -> Locator:
        """Find the card of a release, without its thread."""
        heading = self.channel.get_by_role("heading", level=3, name=f" {release}: ")
        return self.channel.locator("#messages > li > article").filter(has=heading)

    def approve(self, release: str) -> None:
        """Press Approve, and again when asked whether that is meant."""
        self._press(release, "Approve")
        self._in_dialog(f"Approve {release}?").get_by_role("button", name="Approve").click()

    def reject(self, release: str, reason: str) -> None:
        """Press Reject, and say why in the window that opens."""
        self._press(release, "Reject")
        window = self._in_dialog(f"Reject {release}")
        window.get_by_label(f"Why is {release} not released?").fill(reason)
        window.get_by_role("button", name="Reject").click()
        expect(window).to_have_count(0)

    def go_back(self, live: str, target: str) -> None:
        """Press Go back on the card of what is live, and again when asked whether that is meant."""
        self._press(live, f"Go back to {target}")
        self._in_dialog(f"Go back to {target}?").get_by_role("button", name="Go back").click()

    def link(self, release: str) -> str:
        """Press Review, and give the address that one is told alone."""
        self._press(release, "Review")
        link = self.word(f"Review {release}").get_by_role("link")
        return str(link.get_attribute("href"))

    def word(self, text: str) -> Locator:
        """Wait for a word that nobody else sees."""
        told = self.words().filter(has_text=text).last
        expect(told).to_be_visible()
        return told

    def words(self) -> Locator:
        """Find all that was said to this person alone."""
        return self.channel.get_by_role("article").filter(has_text="Only visible to you")

    def _press(self, release: str, button: str) -> None:
        self.card(release).get_by_role("button", name=button).click()

    def _in_dialog(self, title: str) -> Locator:
        return self.channel.get_by_role("dialog", name=title)


def button(message: Item, action: str) -> Item | None:
    """Find a button of a card."""
    elements = (element for block in message["blocks"] for element in block.get("elements", []))
    return next((element for element in elements if element.get("action_id") == action), None)
