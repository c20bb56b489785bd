"""The mistakes: what somebody does, and what stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checks.mutations import stops
from checks.mutations.stops import BUNDLE, PIPELINE, Stop, cfn_lint, doctor
from checks.mutations.subject import Subject
from slipway.cli.doctor import account

MAIN, NESTED = "template.yaml", "pipeline/template.yaml"
CONNECTION = "arn:aws:codeconnections:eu-central-1:123456789012:connection/1"


@dataclass(frozen=True)
class Mistake:
    """What is done wrong, the change that does it, and the check that stops it."""

    what: str
    change: Callable[[Subject], Any]
    stopped_by: Stop


def test(what: str, change: Callable[[Subject], Any], name: str) -> Mistake:
    """Return a mistake that a test of the templates stops."""
    return Mistake(what, change, stops.test(name))


def _parameters(subject: Subject, stage: str, action: str, old: str, new: str) -> None:
    configuration = subject.action(stage, action)["Configuration"]
    key = next(key for key in configuration if old in str(configuration[key]))
    configuration[key] = configuration[key].replace(old, new)


IN_THE_PIPELINE = [
    test(
        "a variable that the source documents nowhere",
        lambda it: _parameters(it, "Build", "OpenRelease", "#{Source.CommitId}", "#{Source.AuthorEmail}"),
        "test_the_pipeline_refers_to_documented_variables_of_its_source_only",
    ),
    test(
        "a variable that no function gives",
        lambda it: _parameters(it, "Build", "BuildImage", "#{Release.Manifest}", "#{Release.ManifestKey}"),
        "test_the_pipeline_refers_to_variables_that_open_release_gives",
    ),
    Mistake(
        "a variable of the pipeline, misspelt",
        lambda it: _parameters(it, "Build", "OpenRelease", "#{variables.ReleaseId}", "#{variables.ReleaseID}"),
        PIPELINE,
    ),
    Mistake("a namespace left out", lambda it: it.action("Build", "OpenRelease").pop("Namespace"), PIPELINE),
    Mistake(
        "a wrong name of an artifact",
        lambda it: it.action("Staging", "Deploy").update(InputArtifacts=[{"Name": "Bundel"}]),
        PIPELINE,
    ),
    Mistake(
        "an output artifact left out", lambda it: it.action("Build", "BuildImage").pop("OutputArtifacts"), PIPELINE
    ),
    Mistake(
        "a misspelt key of an action's configuration",
        lambda it: it.action("Staging", "Deploy")["Configuration"].update(Environment="x"),
        PIPELINE,
    ),
    test(
        "production deployed before its check",
        lambda it: it.action("Production", "Deploy").update(RunOrder=1),
        "test_production_is_deployed_after_its_build_was_checked",
    ),
    test(
        "approvers asked before the smoke test",
        lambda it: it.action("Staging", "Approve").update(RunOrder=1),
        "test_staging_is_tested_after_the_deployment_and_before_anybody_is_asked",
    ),
    test(
        "a renamed action",
        lambda it: it.action("Staging", "SmokeTest").update(Name="Smoke"),
        "test_the_stage_and_action_names_are_the_ones_that_the_rules_know",
    ),
    test(
        "DependsOn left out",
        lambda it: it.pipeline["Pipeline"].update(DependsOn=[]),
        "test_the_pipeline_is_made_after_its_rights",
    ),
]

OF_RIGHTS = [
    test(
        "PassRole left out",
        lambda it: it.statement(it.pipeline["DeployPolicy"], "PassTheInstanceRole").update(Action="iam:GetRole"),
        "test_a_role_is_passed_to_one_service_only",
    ),
    test(
        "a right left out that Beanstalk uses in the caller's name",
        lambda it: it.statement(it.pipeline["DeployPolicy"], "ChangeGroups")["Action"].remove(
            "autoscaling:SuspendProcesses"
        ),
        "test_a_deployment_has_every_right_that_beanstalk_uses_in_its_name",
    ),
    test(
        "a role for another service",
        lambda it: it.pipeline["BuildRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0].update(
            Principal={"Service": "codedeploy.amazonaws.com"}
        ),
        "test_a_role_is_taken_by_the_service_that_it_is_for",
    ),
    test(
        "the ARN of the pipeline where the action's is wanted",
        lambda it: it.statement(it.main["Sweep"], "Answer").update(Resource={"Fn::Sub": "arn:aws:codepipeline:x:1:a"}),
        "test_an_answer_is_for_the_approval_that_is_there",
    ),
    test(
        "a star for an action",
        lambda it: it.statement(it.main["Web"], "PassClicksOn").update(Action="sqs:*"),
        "test_a_permission_names_its_actions_and_its_resources",
    ),
    test(
        "a queue that does not let its rule in",
        lambda it: it.main.pop("UploadsPolicy"),
        "test_a_queue_takes_the_events_of_its_rules",
    ),
    test(
        "the deployment's rights for every action",
        lambda it: it.action("Build", "OpenRelease").update(RoleArn={"Fn::GetAtt": ["DeployRole", "Arn"]}),
        "test_only_the_deploy_actions_have_the_rights_of_a_deployment",
    ),
]

OF_EVENTS = [
    test(
        "versioning off",
        lambda it: it.main["ModelBucket"]["Properties"].pop("VersioningConfiguration"),
        "test_the_model_bucket_keeps_versions_and_tells_of_them",
    ),
    test(
        "EventBridge notifications off",
        lambda it: it.main["ModelBucket"]["Properties"].pop("NotificationConfiguration"),
        "test_the_model_bucket_keeps_versions_and_tells_of_them",
    ),
    test(
        "a detail-type that AWS does not send",
        lambda it: it.main["UploadsRule"]["Properties"]["EventPattern"].update({"detail-type": ["Object Creation"]}),
        "test_a_rule_takes_the_events_that_it_is_for",
    ),
    test(
        "the stream's filter left out",
        lambda it: it.main["Announce"]["Properties"]["Events"]["Ledger"]["Properties"].pop("FilterCriteria"),
        "test_the_announcer_hears_of_releases_only",
    ),
    test(
        "a dead-letter queue left out",
        lambda it: it.main["UploadsRule"]["Properties"]["Targets"][0].pop("DeadLetterConfig"),
        "test_what_eventbridge_cannot_deliver_is_kept",
    ),
    test(
        "failures of a function that nobody waits for, forgotten",
        lambda it: it.main["Sweep"]["Properties"].pop("EventInvokeConfig"),
        "test_what_a_function_was_told_and_could_not_do_is_kept",
    ),
]

OF_FUNCTIONS = [
    test(
        "a wrong path of a handler",
        lambda it: it.templates[MAIN]["Globals"]["Function"].update(Handler="app.handler"),
        "test_a_function_s_handler_is_there",
    ),
    test(
        "a folder that is not there",
        lambda it: it.main["Sweep"]["Properties"].update(CodeUri="functions/sweeper"),
        "test_a_function_is_a_folder_of_its_own",
    ),
    test(
        "urllib3 1.x in the layer",
        lambda it: it.texts.update({"layers/slipway/requirements.txt": "urllib3==1.26.20 \\\n"}),
        "test_the_layer_brings_the_urllib3_that_it_uses",
    ),
    test(
        "a parameter that is not passed on",
        lambda it: it.main["Pipeline"]["Properties"]["Parameters"].pop("Branch"),
        "test_the_pipeline_s_template_is_given_each_parameter",
    ),
    test(
        "an output that is not there",
        lambda it: it.templates[NESTED]["Outputs"].pop("BuildRole"),
        "test_an_output_of_the_pipeline_s_template_is_there",
    ),
    test(
        "a staging inside the VPC with a public load balancer",
        lambda it: it.pipeline["Staging"]["Properties"]["OptionSettings"].remove(
            next(one for one in it.pipeline["Staging"]["Properties"]["OptionSettings"] if "ELBScheme" in str(one))
        ),
        "test_staging_inside_the_vpc_has_no_public_address",
    ),
    test(
        "a redirect of HTTP after Beanstalk's own rules",
        lambda it: it.pipeline["RedirectToHttps"]["Properties"].update(Priority=100),
        "test_a_certificate_makes_production_redirect_what_comes_by_http",
    ),
    Mistake(
        "an attribute that a resource does not have",
        lambda it: it.pipeline["Pipeline"]["Properties"].update(RoleArn={"Fn::GetAtt": ["PipelineRole", "ARN"]}),
        cfn_lint("E1010", NESTED),
    ),
    Mistake(
        "a property of another resource's type",
        lambda it: it.pipeline["Artifacts"]["Properties"].update(Encryption="AES256"),
        cfn_lint("E3002", NESTED),
    ),
    Mistake(
        "a reference to what is not there",
        lambda it: it.pipeline["Staging"]["Properties"].update(SolutionStackName={"Ref": "Platform"}),
        cfn_lint("E1020", NESTED),
    ),
]

ELSEWHERE = [
    Mistake("a bundle that names nothing to run", lambda it: it.bundle.clear(), BUNDLE),
    Mistake(
        "a wrong port",
        lambda it: it.bundle.update(
            {"docker-compose.yml": it.bundle["docker-compose.yml"].replace(b"80:8080", b"8080:8080")}
        ),
        BUNDLE,
    ),
    Mistake(
        "an image by its tag",
        lambda it: it.bundle.update(
            {"docker-compose.yml": it.bundle["docker-compose.yml"].replace(b"build: .", b"image: birds:latest")}
        ),
        BUNDLE,
    ),
    Mistake("no default VPC", lambda it: it.account.update(describe_vpcs={"Vpcs": []}), doctor(account.network)),
    Mistake(
        "a platform that is retired",
        lambda it: setattr(it, "chosen", "64bit Amazon Linux 2023 v4.1.0 running Docker"),
        doctor(account.platform),
    ),
    Mistake(
        "an account that may build nothing",
        lambda it: it.account["list_service_quotas"]["Quotas"][0].update(Value=0.0),
        doctor(account.builds_quota),
    ),
    Mistake(
        "a connection that nobody authorised",
        lambda it: it.account["get_connection"]["Connection"].update(ConnectionStatus="PENDING"),
        doctor(account.connection, CONNECTION),
    ),
]

MISTAKES = [*IN_THE_PIPELINE, *OF_RIGHTS, *OF_EVENTS, *OF_FUNCTIONS, *ELSEWHERE]
