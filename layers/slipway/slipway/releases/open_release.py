"""The release that an execution of the pipeline carries."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.models import Commit
from slipway.ports import Clock, Ledger, Pipeline
from slipway.releases import start_execution
from slipway.releases.code_diff import repository_at

MESSAGE = 2000  # characters kept of a commit's message
AUTHOR = 320  # the longest address that mail knows; git takes any


@dataclass(frozen=True, slots=True)
class ReleaseOpener:
    """Opens releases for executions."""

    ledger: Ledger
    pipeline: Pipeline
    clock: Clock

    def open(self, parameters: dict[str, str]) -> dict[str, str]:
        """Bind an execution to its release, and return the output variables of the action.

        `parameters` are the action's: `release_id` (`auto` for a code push), `execution_id`, `commit`, and, where the
        source tells it, `repository`. Who wrote the commit is asked of the pipeline, which may not know.
        """
        execution_id = parameters["execution_id"]
        message, provider = self.pipeline.revision_of(execution_id)
        repository = repository_at(provider, parameters.get("repository", ""))
        author = self.pipeline.commit_author(execution_id)[:AUTHOR]
        commit = Commit(parameters["commit"], author, message[:MESSAGE], repository)
        release = start_execution.open_for_execution(
            self.ledger, parameters["release_id"], execution_id, commit, self.clock.now()
        )
        return {"ReleaseId": release.id, "CandidateId": release.candidate, "Manifest": release.manifest_key}
