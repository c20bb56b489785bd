"""Runs the four phases of commands a buildspec has."""

from dataclasses import dataclass

from standins.aws.codebuild.builds import Build
from standins.aws.codebuild.buildspec import Buildspec, Phase
from standins.aws.codebuild.errors import PhaseError
from standins.aws.codebuild.logs import BuildLog
from standins.aws.codebuild.shell import Shell


@dataclass(frozen=True)
class Commands:
    """The commands of one build, in its one shell."""

    build: Build
    shell: Shell
    log: BuildLog

    def run(self, spec: Buildspec) -> None:
        """Run the phases; PhaseError with the first failure once nothing more is to run.

        A failed phase ends the build unless its on-failure is CONTINUE; after a failed `build`,
        `post_build` runs anyway unless on-failure is ABORT.
        """
        failures = list[PhaseError]()
        for name, phase in spec.phases.items():
            if failure := self._phase(name, phase):
                failures.append(failure)
                if self.build.cut_short or phase.on_failure == "ABORT":
                    break
                if name != "build" and phase.on_failure != "CONTINUE":
                    break
        if failures:
            raise failures[0]

    def _phase(self, name: str, phase: Phase) -> PhaseError | None:
        if phase.runtimes:
            self.log.say(f"runtime-versions {dict(phase.runtimes)}: the local AWS has its own Python only")
        self.log.say(f"Entering phase {name.upper()}")
        failure = None
        try:
            with self.build.phase(name.upper()):
                self._commands(phase)
        except PhaseError as error:
            failure = error
            self.shell.run("export CODEBUILD_BUILD_SUCCEEDING=0")
        state = self.build.cut_short or ("FAILED" if failure else "SUCCEEDED")
        self.log.say(f"Phase complete: {name.upper()} State: {state}")
        self.log.flush()
        return failure

    def _commands(self, phase: Phase) -> None:
        try:
            for command in phase.commands:
                self._command(command)
        finally:
            for command in phase.finally_commands:
                self._command(command)

    def _command(self, command: str) -> None:
        if self.build.cut_short:
            raise PhaseError(self.build.cut_short, "The build was ended.")
        self.log.say(f"Running command {command}")
        if status := self.shell.run(command):
            reason = f"Error while executing command: {command.strip()}. Reason: exit status {status}"
            raise PhaseError("COMMAND_EXECUTION_ERROR", reason)
