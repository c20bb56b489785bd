"""Opening the release of a pipeline execution: the first action of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.errors import NothingToRelease
from slipway.models import Commit
from slipway.ports import Clock, Ledger, Pipeline
from slipway.releases import start_execution
from slipway.releases.code_diff import repository_at

MAX_MESSAGE = 2000  # characters of a commit message
MAX_AUTHOR = 320  # characters: the longest e-mail address; git takes any text


@dataclass(frozen=True, slots=True)
class ReleaseOpener:
    """Binds executions to releases, opening one for a push of code."""

    ledger: Ledger
    pipeline: Pipeline
    clock: Clock

    def open(self, parameters: dict[str, str]) -> dict[str, str] | None:
        """Bind an execution to its release, opened if need be, and return the output variables of the action.

        None says that the execution was stopped, because no model is live that it could release: a pipeline runs once
        by itself when it is created.

        `parameters` are the action's: `release_id` (`auto` for a code push), `execution_id`, `commit`, and, where the
        source tells it, `repository`. Who wrote the commit is asked of the pipeline, which may not know.
        """
        execution_id = parameters["execution_id"]
        message, provider = self.pipeline.revision_of(execution_id)
        repository = repository_at(provider, parameters.get("repository", ""))
        author = self.pipeline.commit_author(execution_id)[:MAX_AUTHOR]
        commit = Commit(parameters["commit"], author, message[:MAX_MESSAGE], repository)
        try:
            release = start_execution.open_for_execution(
                self.ledger, parameters["release_id"], execution_id, commit, self.clock.now()
            )
        except NothingToRelease as nothing:
            self.pipeline.stop(execution_id, str(nothing))
            return None
        return {"ReleaseId": release.id, "CandidateId": release.candidate, "Manifest": release.manifest_key}
