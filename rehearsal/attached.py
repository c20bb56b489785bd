"""The story of a pipeline that was there before: Slipway is attached, releases go through, and it goes on alone."""

import json
from dataclasses import dataclass, replace
from functools import partial

from rehearsal import assertions, attachment, aws, by_hand, deployment, inventory, ports
from rehearsal.catching_up import call, without_pipeline_events
from rehearsal.chat import SlackStandIn
from rehearsal.errors import RehearsalError
from rehearsal.existing_stack import ExistingStack
from rehearsal.ledger import Ledger
from rehearsal.moves import moved
from rehearsal.rehearse import Rehearsal
from rehearsal.repository import commit, make_repository
from rehearsal.setup import Slack
from rehearsal.story import LIVE, STOPPED, Scenario, Story

FOLDER = ("rehearsal", "existing")
BETTER = Scenario("v2", "a model that is overwritten in place goes to production", LIVE, LIVE, asked=True)
WORSE = Scenario("worse", "one that answers wrongly takes its place", STOPPED, STOPPED, asked=False)


@dataclass(slots=True)
class AttachedRehearsal(Rehearsal):
    """Plays the story on one local AWS; the pipeline's own stack is deployed first and knows nothing of Slipway."""

    def play(self) -> None:
        """Start everything, play the story, and write the summary."""
        self._check()
        self.begun = True
        slack, stand_in = Slack(), SlackStandIn(ports.url(self.options.ports.slack))
        existing = self._existing()
        make_repository(self.setup, existing.folder / "application")
        self.setup.start_all(slack)
        self.logs.mark()
        by_hand.before(self.setup, existing)
        outputs = self.outputs = self._attached(existing, slack, stand_in)
        model = aws.output(deployment.STACK, "ModelName")
        with self.setup.display.step("suite", f"suites/{model}/suite.yaml, written by its owner"):
            attachment.put_suite(self.setup, existing.folder / "suite.yaml", outputs.bucket, model)
        ledger = aws.TableLedger(outputs.table, model)
        display, watch = self.setup.display, self.setup.watch
        story = Story(
            ledger,
            stand_in,
            display,
            watch,
            lambda scenario: existing.upload(scenario.sample),
            self.options.ask,
            self._denied,
        )
        self._releases(existing, story)
        self._sum_up(stand_in, ledger, existing)
        self._save_roles()
        if not self.options.keep and not self.options.short:
            by_hand.after(self.setup, existing)
        display.say(f"All went as told. {self.setup.workspace.shown(self.setup.workspace.run)}/summary.json has it.")

    def _attached(self, existing: ExistingStack, slack: Slack, stand_in: SlackStandIn) -> aws.Outputs:
        pipeline, display = existing.output("Pipeline"), self.setup.display
        display.heading("Slipway is attached")
        with display.step("bucket", "tells EventBridge of uploads"):
            existing.tell_eventbridge()
        inventory.save(self.setup.workspace.run, existing.name)
        with display.step("sam deploy", f"ExistingPipeline={pipeline}, with IAM enforced"):
            outputs = attachment.attach(self.setup, pipeline, **existing.parameters)
            deployment.connect_slack(outputs, slack, stand_in)
        for ours, theirs in ((outputs.staging_url, "StagingUrl"), (outputs.production_url, "ProductionUrl")):
            if ours.rstrip("/") != existing.output(theirs):
                raise RehearsalError(
                    f"{theirs} was expected to be {existing.output(theirs)}, but Slipway found {ours}."
                )
        return outputs

    def _target(self) -> str:
        existing = self._existing()
        return f"s3://{existing.output('Models')}/{existing.output('Prefix')}"

    def _existing(self) -> ExistingStack:
        return ExistingStack(self.setup, self.options.existing or self.setup.workspace.root.joinpath(*FOLDER))

    def _releases(self, existing: ExistingStack, story: Story) -> None:
        before = set(existing.executions())
        story.play(replace(BETTER, folder=existing.output("Prefix")))
        self._one_execution(existing, before)
        self._serves(existing)
        if self.options.short:
            return
        self._pushed(existing, story.ledger)
        self._overtaken(existing, story)
        self._serves(existing)

    def _serves(self, existing: ExistingStack) -> None:
        with self.setup.display.step("production", "reads a seven"):
            existing.reads(existing.output("ProductionUrl"), "7")

    def _one_execution(self, existing: ExistingStack, before: set[str]) -> None:
        new = set(existing.executions()) - before
        if len(new) != 1:
            raise RehearsalError(f"Three objects were expected to start one execution, but started {len(new)}.")

    def _pushed(self, existing: ExistingStack, ledger: Ledger) -> None:
        """A push is released with the model that is there, and answered in the console."""
        display, watch = self.setup.display, self.setup.watch
        known = {release.id for release in ledger.releases()}
        display.heading("code", "a push, answered in the console")
        with display.step("pushed", "a commit to the repository starts the pipeline"):
            commit(self.setup, "Say it in other words")
            execution = existing.start()
            release = moved(watch, ledger, known, "waiting")
        with display.step("approved", "in the console"):
            existing.answer(execution, "Approved", "The words are better")
            release = moved(watch, ledger, known, "live")
        if release.decision != "approved":
            raise RehearsalError(f"The answer in the console was expected on {release.id}, but it has none.")

    def _overtaken(self, existing: ExistingStack, story: Story) -> None:
        """A newer upload takes the place of one that waits; it is a bad one, and nobody is asked about it."""
        display, known = self.setup.display, {release.id for release in story.ledger.releases()}
        display.heading("v1", "waits, and is overtaken")
        lost = without_pipeline_events(aws.client)
        with display.step("waiting", "v1 again; the pipeline's events are lost, and the sweep finds out"), lost:
            existing.upload("v1")
            sweep = partial(call, aws.client, "Sweep")
            waiting = moved(story.watch, story.ledger, known, "waiting", look=sweep)
        story.play(replace(WORSE, folder=existing.output("Prefix")))
        with display.step("superseded", f"{waiting.id}, which waited"):
            moved(story.watch, story.ledger, known, "superseded", waiting.id)
        with display.step("pipeline", "rejected by Slipway, so that it waits for nobody"):
            existing.until_over(next(iter(existing.executions())), "Failed")

    def _sum_up(self, stand_in: SlackStandIn, ledger: Ledger, existing: ExistingStack) -> None:
        releases = ledger.releases()
        with self.setup.display.step("Slack", "one card for each release, and it shows the end"):
            self.setup.watch.until_ok(lambda: assertions.faults_of_cards(stand_in.cards(), ledger.releases()), 30.0)
        told = [
            {"release": one.id, "state": one.state, "asked": one.asked, "answered_by": one.answered_by or None}
            for one in releases
        ]
        summary = {"releases": told, "executions": list(existing.executions().values())}
        (self.setup.workspace.run / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
