"""What the actions ask of other services, with recording clients in their place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from standins.aws.codepipeline.actions import ActionFailed, Work, beanstalk, codebuild
from standins.aws.codepipeline.actions.approval import ManualApproval, notice, subject
from standins.aws.codepipeline.actions.lambda_ import artifact_policy, job_data
from standins.aws.codepipeline.jobs import Job
from standins.aws.codepipeline.records import Status
from tests.support.played import ROLE, Played, action, play, stage

TOPIC = "arn:aws:sns:us-east-1:000000000000:approvals"
VARIABLES = json.dumps([{"name": "RELEASE", "value": "digits-r1"}])
IMAGE = action(
    "CodeBuild",
    "Image",
    inputArtifacts=[{"name": "Source"}],
    outputArtifacts=[{"name": "Bundle"}, {"name": "Suite"}],
    configuration={"EnvironmentVariables": VARIABLES},
)


class Clients:
    """A role whose clients answer from lists and remember what they were asked."""

    def __init__(self, **answers: list[dict[str, Any]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def client(self, service: str) -> Clients:
        """Be every service's client."""
        assert service
        return self

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        def ask(**request: Any) -> dict[str, Any]:
            self.asked.append((operation, request))
            answers = self.answers.get(operation, [{}])
            return answers.pop(0) if len(answers) > 1 else answers[0]

        return ask


def test_a_build_gets_the_artifacts() -> None:
    """StartBuild names where the source lies and where each output artifact belongs."""
    played = _at("Image", IMAGE)
    clients = Clients(start_build=[_build(buildComplete=True, buildStatus="SUCCEEDED")])
    outcome = codebuild.run(_work(played, "Image", clients))
    request = clients.asked[0][1]
    run = played.run("Image")
    assert request["sourceLocationOverride"] == f"artifacts/{run.inputs['Source'].key}"
    assert _place(request["artifactsOverride"]) == f"artifacts/{run.outputs['Bundle'].key}"
    assert [_place(each) for each in request["secondaryArtifactsOverride"]] == [f"artifacts/{run.outputs['Suite'].key}"]
    assert request["environmentVariablesOverride"] == [{"type": "PLAINTEXT", "name": "RELEASE", "value": "digits-r1"}]
    assert outcome.variables == {"DIGEST": "sha256:1"}


def test_a_broken_build_fails_with_its_last_message() -> None:
    """A failed build fails the action with what its last phase said."""
    played = _at("Image", IMAGE)
    phases = [{"contexts": [{"statusCode": "COMMAND_EXECUTION_ERROR", "message": "exit status 1"}]}]
    broken = _build(buildComplete=True, buildStatus="FAILED", phases=phases)["build"]
    clients = Clients(start_build=[_build(buildComplete=False)], batch_get_builds=[{"builds": [broken]}])
    with pytest.raises(ActionFailed, match="COMMAND_EXECUTION_ERROR: exit status 1"):
        codebuild.run(_work(played, "Image", clients))


def test_an_abandoned_build_goes_on() -> None:
    """CodePipeline only stops to wait for it, and asks for no permission to stop it."""
    played = _at("Image", IMAGE)
    work = _work(played, "Image", clients := Clients(start_build=[_build(buildComplete=False)]))
    clients.answers["batch_get_builds"] = [
        {"builds": [_build(buildComplete=False)["build"]]},
        {"builds": [_build(buildComplete=True, buildStatus="SUCCEEDED")["build"]]},
    ]
    work.run.status = Status.ABANDONED
    codebuild.run(work)
    assert [operation for operation, _ in clients.asked] == ["start_build", "batch_get_builds", "batch_get_builds"]


def test_a_deployment_waits_for_its_version() -> None:
    """A deployment is over when the environment is ready with the version it was given."""
    played, clients = _at("Deploy", _deploy()), Clients()
    work = _work(played, "Deploy", clients)
    clients.answers["describe_environments"] = [_environment("Updating", "old"), _environment("Ready", "mine")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beanstalk, "version_label", lambda _: "mine")
        outcome = beanstalk.run(work)
    assert outcome.external_id == "mine"
    assert [operation for operation, _ in clients.asked] == [
        "head_object",
        "create_application_version",
        "update_environment",
        "describe_environments",
        "describe_environments",
    ]


def test_a_failed_deployment_says_why() -> None:
    """An environment that is ready with another version fails the action with its last error."""
    played = _at("Deploy", _deploy())
    clients = Clients(
        describe_environments=[_environment("Ready", "old")],
        describe_events=[{"Events": [{"Message": "Failed to deploy application."}]}],
    )
    with pytest.raises(ActionFailed, match="Failed to deploy application"):
        beanstalk.run(_work(played, "Deploy", clients))


def test_the_notice_of_an_approval(event: Callable[[str], dict[str, Any]]) -> None:
    """The notice on the topic has the members and the subject of AWS's."""
    configuration = {"NotificationArn": TOPIC, "CustomData": "{}", "ExternalEntityLink": "http://staging"}
    played, kept = _at("Approve", action("Manual", "Approve", configuration=configuration)), list[Any]()
    clients = Clients()
    ManualApproval(kept.append)(_work(played, "Approve", clients))
    published, sample = clients.asked[0][1], event("approval-notice")["Records"][0]["Sns"]
    message, documented = json.loads(published["Message"]), json.loads(sample["Message"])
    assert message.keys() == documented.keys()
    assert message["approval"].keys() == documented["approval"].keys()
    assert message["approval"]["expires"] == "2026-11-29T12:00Z"
    assert published["Subject"] == "APPROVAL NEEDED: AWS CodePipeline digits for action Approve"
    assert kept == [message]


def test_long_names_fit_into_the_subject() -> None:
    """SNS takes subjects of fewer than 100 characters."""
    played = _at("A" * 100, action("Manual", "A" * 100), name="p" * 100)
    run = played.run("A" * 100)
    assert len(subject(run)) < 100
    assert notice(run)["approval"]["pipelineName"] == "p" * 100


def test_a_topic_of_another_region_is_refused() -> None:
    """The topic must be in the pipeline's region."""
    configuration = {"NotificationArn": TOPIC.replace("us-east-1", "eu-west-1")}
    played = _at("Approve", action("Manual", "Approve", configuration=configuration))
    with pytest.raises(ActionFailed, match="region"):
        ManualApproval(lambda _: None)(_work(played, "Approve", Clients()))


def test_a_job_looks_like_the_sample(event: Callable[[str], dict[str, Any]]) -> None:
    """What a function learns of its job has the members of AWS's event."""
    played = _at("Smoke", action("Lambda", "Smoke", inputArtifacts=[{"name": "Source"}]))
    credentials = {"accessKeyId": "a", "secretAccessKey": "b", "sessionToken": "c"}
    data = job_data(Job("1", played.run("Smoke")), credentials)
    documented = event("job-smoke-test")["CodePipeline.job"]["data"]
    assert data.keys() == documented.keys() - {"continuationToken", "encryptionKey"}
    assert data["inputArtifacts"][0].keys() == documented["inputArtifacts"][0].keys()
    assert data["artifactCredentials"].keys() == documented["artifactCredentials"].keys()


def test_a_jobs_credentials_open_its_artifacts_only() -> None:
    """The credentials of a job are good for its own artifacts."""
    played = _at("Smoke", action("Lambda", "Smoke", inputArtifacts=[{"name": "Source"}]))
    run = played.run("Smoke")
    statements = artifact_policy(run)["Statement"]
    assert [statement["Resource"] for statement in statements] == [f"arn:aws:s3:::artifacts/{run.inputs['Source'].key}"]


def _at(running: str, declared: dict[str, Any], **pipeline: Any) -> Played:
    """A pipeline that has come to an action."""
    stages = [stage("Build", IMAGE)] if declared is not IMAGE else []
    played = play(*stages, stage("Here", declared), **pipeline)
    played.start()
    played.succeed("Take")
    if stages:
        played.succeed("Image")
    assert played.running() == [running]
    return played


def _work(played: Played, name: str, clients: Clients) -> Work:
    role: Any = clients
    return Work(played.run(name), role, lambda action, resource: None, lambda seconds: None)


def _deploy() -> dict[str, Any]:
    return action("ElasticBeanstalk", "Deploy", inputArtifacts=[{"name": "Bundle"}])


def _build(**state: Any) -> dict[str, Any]:
    exported = [{"name": "DIGEST", "value": "sha256:1"}]
    return {"build": {"id": f"{ROLE}:1", "exportedEnvironmentVariables": exported, **state}}


def _environment(status: str, version: str) -> dict[str, Any]:
    return {"Environments": [{"Status": status, "VersionLabel": version}]}


def _place(artifact: dict[str, Any]) -> str:
    return f"{artifact['location']}/{artifact['path']}/{artifact['name']}"
