"""After the story: proves that all is as it should be, and sums up."""

from dataclasses import dataclass, replace

from rehearsal import aws, proof, summary
from rehearsal.chat import Chat
from rehearsal.ledger import Ledger, Release
from rehearsal.proof import Service
from rehearsal.stage import Stage
from rehearsal.summary import Played, Running

SETTLES_WITHIN = 30.0
GOLDEN = ("service", "suite", "golden", "7.png")


@dataclass(frozen=True, slots=True)
class Epilogue:
    """Looks at the environments, the ledger and the channel."""

    stage: Stage
    ledger: Ledger
    chat: Chat
    staging: Service
    production: Service

    def serves(self, service: Service, release: Release) -> None:
        """Show that an environment runs a release, and that it works."""
        with self.stage.display.step(service.name, f"serves {release.id}, reads a seven, refuses nonsense"):
            proof.serves(service, release)
            proof.reads(service, self.stage.workspace.root.joinpath(*GOLDEN), "7")
            proof.refuses_no_picture(service)

    def conclude(self, played: list[Played]) -> None:
        """Prove what must hold in the end, then write the summary."""
        display, watch = self.stage.display, self.stage.watch
        display.heading("What must hold now")
        with display.step("ledger", "v1 is retired, v2 live, the others stopped"):
            watch.until_right(lambda: proof.wrong_with_states(self._now(played)), SETTLES_WITHIN)
        played = self._now(played)
        releases = [one.release for one in played]
        live = next(release for release in releases if release.state == "live")
        self.serves(self.production, live)
        with display.step("staging", f"had {self.staging.passport().get('release')}; put back by hand to {live.id}"):
            aws.put_staging_back()
            watch.until_right(aws.wrong_with_staging, SETTLES_WITHIN)
        self.serves(self.staging, live)
        with display.step("Slack", "one card for each release, and it shows the end"):
            watch.until_right(lambda: proof.wrong_with_cards(self.chat.cards(), releases), SETTLES_WITHIN)
        with display.step("approvers", "asked twice, never about a model that failed"):
            asked = proof.approvals_asked(self.ledger.releases())
        self._sum_up(played, asked)

    def _now(self, played: list[Played]) -> list[Played]:
        now = {release.id: release for release in self.ledger.releases()}
        return [replace(one, release=now[one.release.id]) for one in played]

    def _sum_up(self, played: list[Played], asked: int) -> None:
        production, staging = (Running(env.url, env.passport()) for env in (self.production, self.staging))
        path = self.stage.workspace.run / "summary.json"
        summary.write_summary(path, played, production, staging, asked)
        self.stage.display.table(summary.TITLES, summary.rows(played))
        self.stage.display.say(f"All went as told. {self.stage.workspace.shown(path)} has it for programs.")
