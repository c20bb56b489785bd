"""A rehearsal from its first check to its last line."""

from contextlib import suppress
from dataclasses import dataclass

import boto3

from rehearsal import aws, deployment, environment, ports, preflight
from rehearsal.assertions import Service
from rehearsal.chat import SlackStandIn
from rehearsal.errors import Interrupted
from rehearsal.final_checks import FinalChecks
from rehearsal.logs import LogWatch
from rehearsal.options import Options
from rehearsal.setup import Setup, Slack
from rehearsal.story import SCENARIOS, Scenario, Story
from rehearsal.summary import Result


@dataclass(slots=True)
class Rehearsal:
    """Plays everything on one local AWS; `begun` once all is checked, `outputs` are the stack's once it is deployed."""

    setup: Setup
    options: Options
    logs: LogWatch
    outputs: aws.Outputs | None = None
    begun: bool = False

    def play(self) -> None:
        """Start everything, play the story, check that it went as told, and write the summary."""
        self._check()
        self.begun = True
        stand_in = SlackStandIn(ports.url(self.options.ports.slack))
        outputs = self.outputs = self._deploy(stand_in)
        ledger = aws.TableLedger(outputs.table)
        staging = Service("staging", outputs.staging_url.rstrip("/"))
        production = Service("production", outputs.production_url.rstrip("/"))
        final_checks = FinalChecks(self.setup, ledger, stand_in, staging, production)
        display, watch = self.setup.display, self.setup.watch
        story = Story(ledger, stand_in, display, watch, self._upload, self.options.ask, self._denied)
        final_checks.run([self._played(scenario, story, final_checks) for scenario in SCENARIOS])
        self._save_roles()

    def _save_roles(self) -> None:
        """Keep what the roles of the stack may do beside the record of what they asked for: the stack may go."""
        from standins.permissions.snapshot import Snapshot  # only at the end

        Snapshot.take(boto3.Session(), deployment.STACK).write(self.setup.workspace.run / "logs")

    def _check(self) -> None:
        display, workspace = self.setup.display, self.setup.workspace
        display.heading("Setup")
        with display.step("checks", f"Python 3.13, sam, aws, ports {self.options.ports}"):
            preflight.require_tools(workspace)
            workspace.claim()
            ports.require_free(self.options.ports)
            workspace.renew()

    def _deploy(self, stand_in: SlackStandIn) -> aws.Outputs:
        slack = Slack()
        self.setup.start_all(slack)
        self.logs.mark()
        with self.setup.display.step("sam deploy", f"the stack {deployment.STACK}, with IAM enforced"):
            outputs = deployment.deploy(self.setup)
            deployment.connect_slack(outputs, slack, stand_in)
        return outputs

    def _played(self, scenario: Scenario, story: Story, final_checks: FinalChecks) -> Result:
        self.logs.mark()
        release = story.play(scenario)
        if release.state == "live":
            final_checks.serves(final_checks.staging, release)
            final_checks.serves(final_checks.production, release)
        assert self.outputs
        aws.save_evidence(self.outputs.bucket, release.id, self.setup.workspace.evidence)
        return Result(scenario, release)

    def _denied(self) -> bool:
        return bool(self.logs.denials())

    def _upload(self, scenario: Scenario) -> None:
        assert self.outputs
        self.setup.upload_sample(scenario.sample, f"s3://{self.outputs.bucket}/{scenario.prefix}")

    def stay(self) -> None:
        """Leave everything up until somebody presses Ctrl-C, which is how it is meant to end."""
        assert self.outputs
        display = self.setup.display
        display.heading("Everything stays up until you press Ctrl-C")
        for name, address in self._addresses().items():
            display.say(f"{name:<11} {address}")
        display.heading("To look around with .venv/bin/aws")
        for name, value in environment.aws_settings(self.options.ports).items():
            display.say(f"export {name}={value}")
        sample = self.setup.workspace.shown(self.setup.workspace.run / "samples" / "v2")
        display.say(f".venv/bin/aws s3 cp --recursive {sample} {self._target()}")
        with suppress(Interrupted):
            while True:
                self.setup.watch.pause(0.2)

    def _target(self) -> str:
        """Where a model may be uploaded to."""
        assert self.outputs
        return f"s3://{self.outputs.bucket}/models/digits/mine/"

    def _addresses(self) -> dict[str, str]:
        assert self.outputs
        page = ports.url(self.options.ports.slack)
        return {
            "Slack": f"{page}/",
            "mailbox": f"{page}/mail",
            "staging": self.outputs.staging_url,
            "production": self.outputs.production_url,
            "evidence": f"{self.setup.workspace.shown(self.setup.workspace.evidence)}/*.html",
            "AWS": ports.url(self.options.ports.aws),
        }
