"""Slipway around the pipeline of other names while a rehearsal stays up: what its team does, and what there is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from boto3.dynamodb.types import TypeDeserializer

from rehearsal.chat import Card, SlackStandIn, question
from rehearsal.repository import COMMITTER
from tests.support.other_names import EXISTING_STACK
from tests.support.paths import ROOT
from tests.support.rehearsals import RUN, Result
from tests.support.rehearsed_answers import Item, until

SEVEN = ROOT / "service" / "suite" / "golden" / "7.png"
ENVIRONMENT = "aws:elasticbeanstalk:application:environment"


class AttachedStack:
    """The two stacks of a rehearsal that stays up; `pipeline` is CodePipeline."""

    def __init__(self, played: Result) -> None:
        self.client, self.base = played.client, played.base
        self.pipeline, self._beanstalk = played.client("codepipeline"), played.client("elasticbeanstalk")
        self._s3, self._dynamodb = played.client("s3"), played.client("dynamodb")
        self.ours = self._outputs("slipway")
        self.theirs = self._outputs(EXISTING_STACK)
        self.slack = SlackStandIn(f"http://127.0.0.1:{played.base + 1}")
        self._pressed: set[str] = set()

    def _outputs(self, stack: str) -> dict[str, str]:
        (found,) = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}

    def upload(self, sample: str) -> None:
        """Overwrite the model in place."""
        for file in sorted((RUN / "samples" / sample).iterdir()):
            key = self.theirs["Prefix"] + file.name
            self._s3.put_object(Bucket=self.theirs["Models"], Key=key, Body=file.read_bytes())

    def upload_released(self, sample: str) -> str:
        """Overwrite the model in place, and give the release that this opens."""
        known = {one["release"] for one in self.releases()}
        self.upload(sample)
        return str(until(lambda: {one["release"] for one in self.releases()} - known, f"{sample} is a release").pop())

    def remove(self, file: str) -> None:
        """Delete a file of the model."""
        self._s3.delete_object(Bucket=self.theirs["Models"], Key=self.theirs["Prefix"] + file)

    def releases(self) -> list[Item]:
        """Give all releases."""
        items = self._dynamodb.scan(TableName=self.ours["LedgerTable"], ConsistentRead=True)["Items"]
        found = [item for item in items if item["sk"]["S"].startswith("RELEASE#")]
        read = TypeDeserializer().deserialize
        return [{name: read(value) for name, value in item.items()} for item in found]

    def release(self, release: str) -> Item:
        """Give a release as it stands in the ledger."""
        return next(one for one in self.releases() if one["release"] == release)

    def until(self, release: str, *states: str) -> Item:
        """Wait for a release to reach one of some states."""
        until(lambda: self.release(release)["state"] in states, f"{release} is {' or '.join(states)}")
        return self.release(release)

    def approve(self, release: str) -> None:
        """Wait until its card asks what it has not asked before, and press Approve."""
        assert self.slack.press_approve(self.take_question(release)) == ""

    def take_question(self, release: str) -> Card:
        """Wait until its card asks what it has not asked before, and give the card to whoever answers."""
        card = until(lambda: question(self.slack, release, self._pressed), f"a card asks about {release}")
        assert card
        self._pressed.add(card.question_about(release))
        return card

    def asks_again(self, release: str) -> bool:
        """Whether its card asks what nobody has answered."""
        return question(self.slack, release, self._pressed) is not None

    def history_link(self, to: str, release: str) -> str:
        """Give the address of a release's page in the history, by a link that somebody was mailed."""

        def mailed() -> str:
            mails = [json.loads(line) for line in (RUN / "mail.jsonl").read_text().splitlines()]
            words = (word for mail in mails if mail["to"] == to for word in mail["message"].split())
            return next((word for word in words if "/history/" in word), "")

        path, _, query = until(mailed, f"{to} gets a link to the history").partition("?")
        return f"{path.rpartition('/')[0]}/{release}?{query}"

    def deployed(self, url: str) -> Item:
        """Give the environment that answers at an output of the existing stack."""
        found = self._beanstalk.describe_environments()["Environments"]
        return dict(next(one for one in found if f"http://{one['CNAME']}" == self.theirs[url]))

    def set_property(self, url: str, name: str, value: str) -> None:
        """Change a property of an environment, as its owner does in the console, and wait until it is ready."""
        option = {"Namespace": ENVIRONMENT, "OptionName": name, "Value": value}
        environment = self.deployed(url)["EnvironmentName"]
        self._beanstalk.update_environment(EnvironmentName=environment, OptionSettings=[option])
        until(lambda: self.deployed(url)["Status"] == "Ready", f"{environment} has {name}")

    def reads(self, url: str) -> str:
        """Give the digit that the API reads on a picture of a seven."""
        answer = httpx.post(f"{self.theirs[url]}/predict", files={"file": SEVEN.read_bytes()}, timeout=10)
        return str(answer.raise_for_status().json()["prediction"]["winning_class"])

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """Let Slipway hear nothing of the pipeline by EventBridge for a while."""
        events = self.client("events")
        names = [rule["Name"] for rule in events.list_rules(NamePrefix="slipway-RecordProgressPipeline")["Rules"]]
        assert names
        for name in names:
            events.disable_rule(Name=name)
        yield
        for name in names:
            events.enable_rule(Name=name)

    @contextmanager
    def short_lived(self, function: str, seconds: int) -> Iterator[None]:
        """Let a function live only so long."""
        client = self.client("lambda")
        names = [one["FunctionName"] for one in client.list_functions()["Functions"]]
        name = next(one for one in names if one.startswith(f"slipway-{function}-"))
        before = client.get_function_configuration(FunctionName=name)["Timeout"]
        for timeout in (seconds, before):
            client.update_function_configuration(FunctionName=name, Timeout=timeout)
            client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
            if timeout == seconds:
                yield

    def logged(self, function: str, text: str) -> list[str]:
        """Give what a function has logged with a text in it."""
        groups = self.client("logs").describe_log_groups()["logGroups"]
        group = next(one["logGroupName"] for one in groups if f"{function}Logs" in one["logGroupName"])
        events = self.client("logs").filter_log_events(logGroupName=group)["events"]
        return [event["message"] for event in events if text in event["message"]]

    def released_by_hand(self) -> str:
        """Push, approve whatever is asked as a team without Slipway does, and give how the execution ends."""
        git = ["git", "-C", str(RUN / "repository"), *COMMITTER]
        subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "Go on alone"], check=True, timeout=30)
        name = self.theirs["Pipeline"]
        execution = self.pipeline.start_pipeline_execution(name=name)["pipelineExecutionId"]

        def ended() -> str:
            for stage in self.pipeline.get_pipeline_state(name=name)["stageStates"]:
                for action in stage["actionStates"]:
                    latest = action.get("latestExecution", {})
                    if latest.get("token") and latest["status"] == "InProgress":
                        self.pipeline.put_approval_result(
                            pipelineName=name,
                            stageName=stage["stageName"],
                            actionName=action["actionName"],
                            token=latest["token"],
                            result={"status": "Approved", "summary": "We do it by hand"},
                        )
            return self.status(execution).replace("InProgress", "")

        return until(ended, "the pipeline goes on alone")

    def status(self, execution: str) -> str:
        """Give the status of an execution."""
        name = self.theirs["Pipeline"]
        found: Any = self.pipeline.get_pipeline_execution(pipelineName=name, pipelineExecutionId=execution)
        return str(found["pipelineExecution"]["status"])
