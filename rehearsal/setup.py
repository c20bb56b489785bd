"""Starts side by side what a rehearsal needs: the local AWS, Slack, sample models, the built application."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from rehearsal import environment
from rehearsal.chat import CHANNEL, SlackStandIn
from rehearsal.display import Display, Step
from rehearsal.errors import RehearsalError
from rehearsal.parameters import local_parameters, write_parameters
from rehearsal.ports import Ports, url
from rehearsal.processes import Child, Children
from rehearsal.story import SCENARIOS
from rehearsal.watch import Watch
from rehearsal.workspace import Workspace

SERVER_WITHIN = 60.0
JOB_WITHIN = 900.0
UPLOAD_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Slack:
    """What the application and the stand-in both know, made anew for each run."""

    bot_token: str = field(default_factory=lambda: f"xoxb-{secrets.token_hex(16)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that has to become ready within some seconds."""

    step: Step
    child: Child
    ready: Callable[[], bool]
    within: float


@dataclass(frozen=True, slots=True)
class Setup:
    """Starts what a story needs; `env` is the environment of every process, `source` the folder of the code."""

    workspace: Workspace
    ports: Ports
    children: Children
    display: Display
    watch: Watch
    env: dict[str, str]
    source: Path

    def run(self, name: str, command: list[str | Path], log: str, within: float = JOB_WITHIN) -> None:
        """Run a job to its end."""
        child = self.children.start(name, command, self.workspace.log(log), self.env)
        complaint = f"{name} did not end within {within:.0f} s; end the rehearsal and try again"
        self.watch.until(lambda: self.children.finished(child) or None, within, f"{complaint}.", every=0.1)

    def upload_sample(self, sample: str, target: str) -> None:
        """Upload a sample model's folder with the real AWS CLI; `target` is an address like `s3://models/digits/v1/`."""
        source = self.workspace.run / "samples" / sample
        command: list[str | Path] = [self.workspace.tools / "aws", "s3", "cp", "--recursive", "--no-progress"]
        self.run(f"The upload of {sample}", [*command, source, target], "uploads", within=UPLOAD_WITHIN)

    def start_all(self, slack: Slack) -> None:
        """Start everything at once and wait until all of it is ready."""
        pending = [self._cloud(), self._slack(slack), self._samples(), self._build()]
        while pending:
            for task in list(pending):
                if task.ready():
                    self.display.done(task.step, task.step.note)
                    pending.remove(task)
                elif self.watch.now() > task.step.began + task.within:
                    raise RehearsalError(f"{task.child.name} was not ready within {task.within:.0f} s.", task.child.log)
            self.watch.pause()

    def parameters(self, overrides: Mapping[str, str] | None = None) -> str:
        """Write the stack's parameters for `sam`, with these over samconfig.toml's; returns the option's value."""
        parameters = local_parameters(self.workspace.root / "samconfig.toml", self.ports)
        return write_parameters({**parameters, **(overrides or {})}, self.workspace.run / "parameters.yaml")

    def _cloud(self) -> Task:
        options = environment.cloud_options(self.workspace, self.ports, self.source)
        command: list[str | Path] = [self.workspace.cloud_python, "-m", "standins", "aws", *options]
        env = environment.without_aws(self.env)
        child = self.children.start("The local AWS", command, self.workspace.log("cloud"), env, lasting=True)
        address = url(self.ports.aws)
        return self._task("local AWS", address, child, lambda: _answers(f"{address}/_ministack/health"), SERVER_WITHIN)

    def _slack(self, slack: Slack) -> Task:
        options = {
            "port": str(self.ports.slack),
            "run": str(self.workspace.run),
            "token": slack.bot_token,
            "signing-secret": slack.signing_secret,
            "channel": CHANNEL,
            "app": "Slipway",
        }
        command = [word for name, value in options.items() for word in (f"--{name}", value)]
        python, log = self._python("standins", "slack", *command), self.workspace.log("slack")
        child = self.children.start("The Slack stand-in", python, log, self.env, lasting=True)
        address = url(self.ports.slack)
        return self._task("Slack stand-in", address, child, SlackStandIn(address).answers, SERVER_WITHIN)

    def _samples(self) -> Task:
        names = [scenario.sample for scenario in SCENARIOS]
        command = self._python("samples", str(self.workspace.run / "samples"), *names)
        child = self.children.start("The training of the samples", command, self.workspace.log("samples"), self.env)
        return self._task("sample models", ", ".join(names), child, lambda: self.children.finished(child))

    def _build(self) -> Task:
        command: list[str | Path] = [
            self.workspace.tools / "sam", "build", "--config-env", "local", "--cached", "--parallel",
            "--build-dir", self.workspace.build, "--cache-dir", self.workspace.build.with_name("cache"),
            "--parameter-overrides", self.parameters(),
        ]  # fmt: skip
        child = self.children.start("sam build", command, self.workspace.log("sam-build"), self.env)
        return self._task("sam build", "", child, lambda: self.children.finished(child))

    def _task(self, name: str, note: str, child: Child, ready: Callable[[], bool], within: float = JOB_WITHIN) -> Task:
        return Task(self.display.begin(name, note), child, ready, within)

    def _python(self, module: str, *arguments: str) -> list[str | Path]:
        return [self.workspace.tools / "python", "-m", module, *arguments]


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2.0, trust_env=False).is_success
    except httpx.TransportError:
        return False
