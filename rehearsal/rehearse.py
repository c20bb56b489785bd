"""A rehearsal from its first check to its last line."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rehearsal import aws, checks, deployment, environment, ports
from rehearsal.chat import SlackStandIn
from rehearsal.epilogue import Epilogue
from rehearsal.errors import Interrupted
from rehearsal.logs import LogWatch
from rehearsal.options import Options
from rehearsal.proof import Service
from rehearsal.stage import Slack, Stage
from rehearsal.story import CHAPTERS, Chapter, Story
from rehearsal.summary import Played


@dataclass(slots=True)
class Rehearsal:
    """Plays everything on one stage; `begun` once all is checked, `outputs` are the stack's once it is deployed."""

    stage: Stage
    options: Options
    logs: LogWatch
    outputs: aws.Outputs | None = None
    begun: bool = False

    def play(self) -> None:
        """Set the stage, play the story, prove that it went as told, and write the summary."""
        self._check()
        self.begun = True
        stand_in = SlackStandIn(ports.url(self.options.ports.slack))
        outputs = self.outputs = self._deploy(stand_in)
        ledger = aws.TableLedger(outputs.table)
        staging = Service("staging", outputs.staging_url.rstrip("/"))
        production = Service("production", outputs.production_url.rstrip("/"))
        epilogue = Epilogue(self.stage, ledger, stand_in, staging, production)
        display, watch = self.stage.display, self.stage.watch
        story = Story(ledger, stand_in, display, watch, self._upload, self.options.ask, self._denied)
        epilogue.conclude([self._played(chapter, story, epilogue) for chapter in CHAPTERS])

    def _check(self) -> None:
        display, workspace = self.stage.display, self.stage.workspace
        display.heading("The stage")
        with display.step("checks", f"Python 3.13, sam, aws, ports {self.options.ports}"):
            checks.require_tools(workspace)
            workspace.claim()
            ports.require_free(self.options.ports)
            workspace.renew()

    def _deploy(self, stand_in: SlackStandIn) -> aws.Outputs:
        slack = Slack()
        self.stage.set_up(slack)
        self.logs.mark()
        with self.stage.display.step("sam deploy", f"the stack {deployment.STACK}, with IAM enforced"):
            outputs = deployment.deploy(self.stage)
            deployment.introduce(outputs, slack, stand_in)
        return outputs

    def _played(self, chapter: Chapter, story: Story, epilogue: Epilogue) -> Played:
        self.logs.mark()
        release = story.play(chapter)
        if release.state == "live":
            epilogue.serves(epilogue.staging, release)
            epilogue.serves(epilogue.production, release)
        assert self.outputs
        aws.save_evidence(self.outputs.bucket, release.id, self.stage.workspace.evidence)
        return Played(chapter, release)

    def _denied(self) -> bool:
        return bool(self.logs.denials())

    def _upload(self, chapter: Chapter) -> None:
        assert self.outputs
        workspace = self.stage.workspace
        source, target = (
            workspace.run / "samples" / chapter.sample,
            f"s3://{self.outputs.bucket}/{chapter.prefix}",
        )
        command: list[str | Path] = [
            workspace.tools / "aws",
            "s3",
            "cp",
            "--recursive",
            "--no-progress",
            source,
            target,
        ]
        self.stage.run(f"The upload of {chapter.sample}", command, "uploads", within=120)

    def stay(self) -> None:
        """Leave everything up until somebody presses Ctrl-C, which is how it is meant to end."""
        assert self.outputs
        display = self.stage.display
        display.heading("Everything stays up until you press Ctrl-C")
        for name, address in self._addresses().items():
            display.say(f"{name:<11} {address}")
        display.heading("To look around with .venv/bin/aws")
        for name, value in environment.aws_settings(self.options.ports).items():
            display.say(f"export {name}={value}")
        sample = self.stage.workspace.shown(self.stage.workspace.run / "samples" / "v2")
        display.say(f".venv/bin/aws s3 cp --recursive {sample} s3://{self.outputs.bucket}/models/digits/mine/")
        with suppress(Interrupted):
            while True:
                self.stage.watch.pause(0.2)

    def _addresses(self) -> dict[str, str]:
        assert self.outputs
        page = ports.url(self.options.ports.slack)
        return {
            "Slack": f"{page}/",
            "mailbox": f"{page}/mail",
            "staging": self.outputs.staging_url,
            "production": self.outputs.production_url,
            "evidence": f"{self.stage.workspace.shown(self.stage.workspace.evidence)}/*.html",
            "AWS": ports.url(self.options.ports.aws),
        }
