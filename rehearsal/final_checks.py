"""The checks after the story, and its summary."""

from dataclasses import dataclass, replace

from rehearsal import assertions, aws, summary
from rehearsal.assertions import Service
from rehearsal.chat import Chat
from rehearsal.ledger import Ledger, Release
from rehearsal.setup import Setup
from rehearsal.summary import EnvironmentResult, Result

SETTLES_WITHIN = 30.0
GOLDEN = ("service", "suite", "golden", "7.png")


@dataclass(frozen=True, slots=True)
class FinalChecks:
    """Looks at the environments, the ledger and the channel."""

    setup: Setup
    ledger: Ledger
    chat: Chat
    staging: Service
    production: Service

    def serves(self, service: Service, release: Release) -> None:
        """Show that an environment runs a release, and that it works."""
        with self.setup.display.step(service.name, f"serves {release.id}, reads a seven, refuses nonsense"):
            assertions.serves(service, release)
            assertions.reads(service, self.setup.workspace.root.joinpath(*GOLDEN), "7")
            assertions.refuses_no_picture(service)

    def run(self, results: list[Result]) -> None:
        """Prove what must hold in the end, then write the summary."""
        display, watch = self.setup.display, self.setup.watch
        display.heading("What must hold now")
        with display.step("ledger", "v1 is retired, v2 live, the others stopped"):
            watch.until_ok(lambda: assertions.faults_of_states(self._now(results)), SETTLES_WITHIN)
        results = self._now(results)
        releases = [one.release for one in results]
        live = next(release for release in releases if release.state == "live")
        self.serves(self.production, live)
        with display.step("staging", f"had {self.staging.passport().get('release')}; put back by hand to {live.id}"):
            aws.restore_staging()
            watch.until_ok(aws.staging_problem, SETTLES_WITHIN)
        self.serves(self.staging, live)
        with display.step("Slack", "one card for each release, and it shows the end"):
            watch.until_ok(lambda: assertions.faults_of_cards(self.chat.cards(), releases), SETTLES_WITHIN)
        with display.step("approvers", "asked twice, never about a model that failed"):
            asked = assertions.approvals_asked(self.ledger.releases())
        self._sum_up(results, asked)

    def _now(self, results: list[Result]) -> list[Result]:
        now = {release.id: release for release in self.ledger.releases()}
        return [replace(one, release=now[one.release.id]) for one in results]

    def _sum_up(self, results: list[Result], asked: int) -> None:
        production, staging = (EnvironmentResult(env.url, env.passport()) for env in (self.production, self.staging))
        path = self.setup.workspace.run / "summary.json"
        summary.write_summary(path, results, production, staging, asked)
        self.setup.display.table(summary.TITLES, summary.rows(results))
        self.setup.display.say(f"All went as told. {self.setup.workspace.shown(path)} has it for programs.")
