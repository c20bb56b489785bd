"""What whoever runs the rehearsed stack does to it, and what goes wrong around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3

from tests.support.rehearsed_answers import Item, until

STACK = "slipway"


class Operator:
    """The account: `client` makes clients of the AWS at `address`, `run` is the folder of the rehearsal."""

    def __init__(self, client: Callable[[str], Any], address: str, run: Path) -> None:
        self.client, self._address, self._run = client, address, run

    def reconfigure(self, **changed: str) -> None:
        """Deploy the stack again with other parameters."""
        cloudformation = self.client("cloudformation")
        parameters = [each["ParameterKey"] for each in self._stack()["Parameters"]]
        cloudformation.update_stack(
            StackName=STACK,
            UsePreviousTemplate=True,
            Parameters=[
                {"ParameterKey": name, "ParameterValue": changed[name]}
                if name in changed
                else {"ParameterKey": name, "UsePreviousValue": True}
                for name in parameters
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        until(lambda: not self._stack()["StackStatus"].endswith("IN_PROGRESS"), "the stack is updated")
        assert self._stack()["StackStatus"] == "UPDATE_COMPLETE"

    def _stack(self) -> Item:
        return dict(self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0])

    def s3_of_user(self, name: str, bucket: str) -> Any:
        """Make an IAM user who may upload models, and give their client of S3."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        may = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/models/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
        iam.put_user_policy(UserName=name, PolicyName="upload", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        session: Any = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
        return session.client("s3", endpoint_url=self._address)

    def subscribe_by_hand(self, address: str, topic: str) -> None:
        """Subscribe an address to everything that the topic is told, as somebody in the console might."""
        self.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint=address)

    def filter_of(self, address: str, topic: str) -> Item:
        """Return what the subscription of an address takes."""
        sns = self.client("sns")
        found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        (arn,) = [one["SubscriptionArn"] for one in found if one["Endpoint"] == address]
        attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        return dict(json.loads(attributes.get("FilterPolicy", "{}")))

    def put_suite_of_record(self, model: str, bucket: str, folder: Path) -> None:
        """Write the suite of a model as its owner, who is the only one that may."""
        iam, name = self.client("iam"), "slipway-suite-owner"
        trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
        write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/suites/*"}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="write", PolicyDocument=json.dumps({"Statement": [write]}))
        keys = self.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="owner")["Credentials"]
        session: Any = boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name="us-east-1"
        )
        s3 = session.client("s3", endpoint_url=self._address)
        for file in (each for each in folder.rglob("*") if each.is_file()):
            key = f"suites/{model}/{file.relative_to(folder).as_posix()}"
            s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())

    @contextmanager
    def cloudtrail_late(self) -> Iterator[None]:
        """Keep CloudTrail's events back for a while."""
        held = self._run / "cloudtrail-is-late"
        held.touch()
        try:
            yield
        finally:
            held.unlink()

    def set_alarm(self, part: str, reason: str) -> str:
        """Let an alarm of the stack go off, maybe again, as CloudWatch would; gives its name."""
        cloudwatch = self.client("cloudwatch")
        names = [each["AlarmName"] for each in cloudwatch.describe_alarms()["MetricAlarms"]]
        name = str(next(name for name in names if f"-{part}-" in name))
        for state in ("OK", "ALARM"):
            cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=reason)
        return name

    def update_pipeline(self) -> None:
        """Give the pipeline a new version, to which it can roll no earlier execution back; nothing else changes."""
        codepipeline = self.client("codepipeline")
        codepipeline.update_pipeline(pipeline=codepipeline.get_pipeline(name=STACK)["pipeline"])

    def builds(self) -> set[str]:
        """Name the builds that have begun."""
        return set(self.client("codebuild").list_builds()["ids"])

    def stop_next_build(self, known: set[str]) -> None:
        """Stop the first build that is not among those known, in the middle of its work."""
        build = until(lambda: self.builds() - known, "a build begins").pop()
        self.client("codebuild").stop_build(id=build)

    def hurried_schedules(self) -> set[str]:
        """Let each schedule of the stack be due every minute; gives the names of their roles."""
        scheduler = self.client("scheduler")
        names = [each["Name"] for each in scheduler.list_schedules(NamePrefix=STACK)["Schedules"]]
        schedules = [scheduler.get_schedule(Name=name) for name in names]
        for schedule in schedules:
            kept = {part: schedule[part] for part in ("Name", "FlexibleTimeWindow", "Target")}
            scheduler.update_schedule(ScheduleExpression="rate(1 minute)", **kept)
        return {schedule["Target"]["RoleArn"].rpartition("/")[2] for schedule in schedules}

    def until_called(self, function: str, action: str) -> None:
        """Wait until a function's role was allowed an action for the first time."""
        until(lambda: any(f"-{function}Role-" in role for role in self.callers(action)), f"{function} calls {action}")

    def callers(self, action: str) -> set[str]:
        """Name the roles that IAM has allowed an action."""
        text = (self._run / "logs" / "iam.jsonl").read_text()
        lines = map(json.loads, text[: text.rfind("\n") + 1].splitlines())  # the last may be just being written
        return {line["role"] for line in lines if (line["action"], line["decision"]) == (action, "Allow")}

    def die_before_binding(self, release: Item, table: str) -> None:
        """Leave a release as a function does that died, an hour ago, when it had started the pipeline."""
        then = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        self.client("dynamodb").update_item(
            TableName=table,
            Key={"pk": {"S": release["pk"]}, "sk": {"S": release["sk"]}},
            UpdateExpression="SET #state = :received, times.received = :then, revision = revision + :one "
            "REMOVE execution_id",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":received": {"S": "received"}, ":then": {"S": then}, ":one": {"N": "1"}},
        )

    def die_over(self, release: Item, table: str, by: str) -> None:
        """Leave a decision in the ledger as a function does that died before it told the pipeline."""
        then = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        vote = {"M": {"outcome": {"S": "approved"}, "by": {"S": by}, "at": {"S": then}, "source": {"S": "slack"}}}
        self.client("dynamodb").update_item(
            TableName=table,
            Key={"pk": {"S": release["pk"]}, "sk": {"S": release["sk"]}},
            UpdateExpression="SET approval.votes = :votes, approval.pending_decision = :vote, "
            "approval.pending_since = :then, revision = revision + :one",
            ExpressionAttributeValues={
                ":votes": {"L": [vote]}, ":vote": vote, ":then": {"S": then}, ":one": {"N": "1"},
            },
        )  # fmt: skip
