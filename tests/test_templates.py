"""What the templates promise about permissions, logs and failures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.decode import cfn_yaml

from slipway.adapters.ledger.reader import ATTRIBUTES

ROOT = Path(__file__).parent.parent
# Actions for which AWS knows no resources.
WITHOUT_RESOURCES = re.compile(
    r"codepipeline:PutJob(Success|Failure)Result|sns:(Unsubscribe|[GS]etSubscriptionAttributes)|ecr:GetAuthorizationToken|"
    r"elasticbeanstalk:CreateStorageLocation|(autoscaling|ec2|elasticloadbalancing):Describe\w+"
)


def resources(template: str, kind: str) -> dict[str, Any]:
    content = cfn_yaml.load(str(ROOT / template))
    return {name: one["Properties"] for name, one in content["Resources"].items() if one["Type"] == kind}


def text(name: str) -> str:
    """Return a file's content."""
    return (ROOT / name).read_text()


FUNCTIONS = resources("template.yaml", "AWS::Serverless::Function")


def statements(node: Any) -> Iterator[dict[str, Any]]:
    """Find every policy statement, wherever it lies."""
    if isinstance(node, dict):
        if "Effect" in node and ("Action" in node or "NotAction" in node):
            yield node
        for value in node.values():
            yield from statements(value)
    elif isinstance(node, list):
        for value in node:
            yield from statements(value)


def actions(statement: dict[str, Any]) -> list[str]:
    action = statement.get("Action", [])  # what a statement denies by NotAction, it allows nobody
    return [action] if isinstance(action, str) else list(action)


ALL = [
    statement
    for template in ("template.yaml", "pipeline/template.yaml")
    for statement in statements(cfn_yaml.load(str(ROOT / template)))
    if statement["Effect"] == "Allow"
]


@pytest.mark.parametrize("statement", ALL, ids=lambda one: one.get("Sid", actions(one)[0]))
def test_a_permission_names_its_actions_and_its_resources(statement: dict[str, Any]) -> None:
    """No action has a star, and a resource is `*` only where AWS knows none."""
    assert not [action for action in actions(statement) if "*" in action]
    if statement.get("Resource") == "*":
        assert not [action for action in actions(statement) if not WITHOUT_RESOURCES.fullmatch(action)]


PIPELINE = cfn_yaml.load(str(ROOT / "pipeline" / "template.yaml"))["Resources"]
ROOT_TEMPLATE = cfn_yaml.load(str(ROOT / "template.yaml"))["Resources"]


def test_only_the_deploy_actions_have_the_rights_of_a_deployment() -> None:
    """They have a role of their own, which only the pipeline's role takes; that one can do nothing of it itself."""
    stages = PIPELINE["Pipeline"]["Properties"]["Stages"]
    with_roles = [(stage["Name"], one["Name"]) for stage in stages for one in stage["Actions"] if "RoleArn" in one]
    assert with_roles == [("Staging", "Deploy"), ("Production", "Deploy")]
    (trust,) = PIPELINE["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"AWS": {"Fn::GetAtt": ["PipelineRole", "Arn"]}}
    services = {action.partition(":")[0] for one in statements(PIPELINE["PipelinePolicy"]) for action in actions(one)}
    assert services == {"codeconnections", "codestar-connections", "s3", "codebuild", "lambda", "sns", "sts"}


def test_a_role_is_passed_to_one_service_only() -> None:
    """Nobody passes a role but the two that Beanstalk needs, each to whom it is for."""
    passed = {
        one["Resource"]["Fn::GetAtt"][0]: one["Condition"]["StringEquals"]["iam:PassedToService"]
        for one in ALL
        if "iam:PassRole" in actions(one)
    }
    assert passed == {
        "EnvironmentRole": "elasticbeanstalk.amazonaws.com",
        "InstanceRole": {"Fn::Sub": "ec2.${AWS::URLSuffix}"},
    }


SOURCE = {"AuthorDate", "BranchName", "CommitId", "CommitMessage", "ConnectionArn", "FullRepositoryName"}


def test_the_pipeline_refers_to_documented_variables_of_its_source_only() -> None:
    """A reference to a variable that the source does not set fails the action, and the release with it."""
    assert _referred("Source") <= SOURCE


def test_the_pipeline_refers_to_variables_that_open_release_gives() -> None:
    """Of a function's job CodePipeline knows none before it has run: it is the execution that fails."""
    given = re.search(r"return \{(\"ReleaseId\".*)\}", text("layers/slipway/slipway/releases/open_release.py"))
    assert given
    assert _referred("Release") <= set(re.findall(r"\"(\w+)\":", given[1]))


def _referred(namespace: str) -> set[str]:
    return set(re.findall(rf"#\{{{namespace}\.(\w+)\}}", json.dumps(PIPELINE["Pipeline"])))


def test_an_instance_has_a_policy_of_its_own() -> None:
    """AWS's policy for instances reads and writes every Beanstalk bucket of the account."""
    role = PIPELINE["InstanceRole"]["Properties"]
    assert "ManagedPolicyArns" not in role
    (writes,) = [one for one in statements(role) if "s3:PutObject" in actions(one)]
    assert writes["Resource"]["Fn::Sub"].endswith("/resources/environments/logs/*")


@pytest.mark.parametrize(
    ("name", "template"),
    [
        (name, template)
        for template in (ROOT_TEMPLATE, PIPELINE)
        for name, one in template.items()
        if one["Type"] == "AWS::S3::Bucket"
    ],
)
def test_a_bucket_is_private_and_takes_no_plain_http(name: str, template: dict[str, Any]) -> None:
    """Its policy denies whatever does not come by TLS, and nothing can make it public."""
    assert set(template[name]["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    policies = [
        one["Properties"]
        for one in template.values()
        if one["Type"] == "AWS::S3::BucketPolicy" and one["Properties"]["Bucket"] == {"Ref": name}
    ]
    (tls,) = [one for policy in policies for one in statements(policy) if one["Sid"] == "TransportIsEncrypted"]
    assert (tls["Effect"], tls["Principal"], tls["Action"]) == ("Deny", "*", "s3:*")
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("folder", ["candidates", "evidence"])
def test_only_those_who_have_to_write_what_decides_about_a_release(folder: str) -> None:
    """Whoever may put objects there is let through by the bucket's policy, and nobody else, whatever his rights."""
    (denied,) = [
        one
        for one in statements(ROOT_TEMPLATE["ModelBucketPolicy"])
        if one["Effect"] == "Deny" and one["Resource"] == {"Fn::Sub": f"${{ModelBucket.Arn}}/{folder}/*"}
    ]
    # Replication writes objects, too, by an action of its own.
    assert ("Action" not in denied, set(denied["NotAction"])) == (True, {"s3:Get*", "s3:List*"})
    (spared,) = denied["Condition"]["ArnNotLike"].values()
    writers = [
        {"Fn::GetAtt": [f"{name}Role", "Arn"]} for name, function in FUNCTIONS.items() if _writes(function, folder)
    ]
    build = [{"Fn::GetAtt": ["Pipeline", "Outputs.BuildRole"]}] if _writes(PIPELINE["BuildRole"], folder) else []
    found = [*_principals(spared if isinstance(spared, list) else [spared])]
    assert sorted(map(str, found)) == sorted(map(str, [*writers, *build]))


def _principals(spared: list[Any]) -> Iterator[Any]:
    """Find the principals in a list, those of a stack that is attached to an existing pipeline among them."""
    for one in spared:
        yield from (each for each in one.get("Fn::If", [None, one])[1:] if each != {"Ref": "AWS::NoValue"})


def _writes(policies: Any, folder: str) -> bool:
    allowed = (one for one in statements(policies) if one["Effect"] == "Allow" and "s3:PutObject" in actions(one))
    return any(f"/{folder}/" in str(one["Resource"]) for one in allowed)


def test_the_service_s_base_image_is_named_by_digest() -> None:
    """A tag may be another image tomorrow."""
    (base,) = re.findall(r"^FROM (\S+)", text("service/Dockerfile"), re.MULTILINE)
    assert re.fullmatch(r".+:[\w.-]+@sha256:[0-9a-f]{64}", base)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_s_statements_have_names_of_their_own(name: str) -> None:
    """IAM refuses a policy with the same Sid twice, and the whole deployment with it."""
    names = [one["Sid"] for one in statements(FUNCTIONS[name].get("Policies", [])) if "Sid" in one]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_keeps_its_logs_for_a_limited_time(name: str) -> None:
    """Each has a log group of its own, which expires."""
    groups = resources("template.yaml", "AWS::Logs::LogGroup")
    assert "RetentionInDays" in groups[FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]]


ASYNCHRONOUS = {"EventBridgeRule", "SNS", "ScheduleV2"}  # Lambda forgets such an event after its third failure


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_function_was_told_and_could_not_do_is_kept(name: str) -> None:
    """Whoever is invoked without anybody waiting for it, or by the stream, leaves its failures in a queue."""
    function, kept = FUNCTIONS[name], {"Type": "SQS", "Destination": {"Fn::GetAtt": ["Failures", "Arn"]}}
    events = {one["Type"]: one["Properties"] for one in function.get("Events", {}).values()}
    if ASYNCHRONOUS & events.keys():
        assert function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"] == kept
    if "DynamoDB" in events:
        assert events["DynamoDB"]["DestinationConfig"]["OnFailure"] == kept


def test_a_queue_is_encrypted() -> None:
    """By SQS's own keys or by a key of its own; checkov knows the second only."""
    queues = resources("template.yaml", "AWS::SQS::Queue")
    assert queues
    assert [
        name for name, one in queues.items() if not (one.get("SqsManagedSseEnabled") or "KmsMasterKeyId" in one)
    ] == []


def test_only_the_web_has_an_address_on_the_internet() -> None:
    """It alone proves each request by a signature."""
    assert [name for name, one in FUNCTIONS.items() if "FunctionUrlConfig" in one] == ["Web"]


@pytest.mark.parametrize("template", ["template.yaml", "pipeline/template.yaml"])
def test_an_exception_for_checkov_has_a_reason(template: str) -> None:
    """Of the whole template, or of one resource."""
    content = cfn_yaml.load(str(ROOT / template))
    exceptions = [
        one
        for holder in (content, *content["Resources"].values())
        for one in holder.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert exceptions
    assert [one for one in exceptions if len(one.get("comment", "").split()) < 4] == []


def test_what_eventbridge_cannot_deliver_is_kept() -> None:
    """Each rule has a dead-letter queue, and each queue that functions read has one behind it."""
    targets = [one for rule in resources("template.yaml", "AWS::Events::Rule").values() for one in rule["Targets"]]
    rules = [
        event["Properties"]
        for function in FUNCTIONS.values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "EventBridgeRule"
    ]
    assert targets
    assert not [one for one in (*targets, *rules) if "DeadLetterConfig" not in one]
    queues = resources("template.yaml", "AWS::SQS::Queue")
    read = {
        event["Properties"]["Queue"]["Fn::GetAtt"][0]
        for function in FUNCTIONS.values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    assert not [name for name in read if "RedrivePolicy" not in queues[name]]


QUEUED = [
    pytest.param(event["Properties"], id=f"{name}-{event_name}")
    for name, function in FUNCTIONS.items()
    for event_name, event in function.get("Events", {}).items()
    if event["Type"] == "SQS"
]


def least(value: Any) -> int:
    """Give a number of the template, or its parameter's default."""
    if isinstance(value, dict):
        value = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"][value["Ref"]]["Default"]
    return int(value)


@pytest.mark.parametrize("event", QUEUED)
def test_a_queue_takes_a_bounded_share_of_lambda(event: dict[str, Any]) -> None:
    """A thousand uploads must not keep Slack waiting: SQS would go up to all that the account has."""
    assert least(event["ScalingConfig"]["MaximumConcurrency"]) >= 2  # SQS's own minimum


def _values(event: Any) -> Any:
    return event.values[0]


def test_all_queues_together_leave_room_for_the_web_in_a_new_account() -> None:
    """Which runs ten functions at a time, and Slack waits three seconds."""
    own = [event for event in QUEUED if not str(event.id).startswith("AttachedSmokeTest")]
    for events, most in ((own, 6), (QUEUED, 8)):  # one that is attached to an existing pipeline has a queue more
        assert sum(least(_values(event)["ScalingConfig"]["MaximumConcurrency"]) for event in events) <= most


def test_the_function_that_slack_waits_for_has_a_whole_processor() -> None:
    """Three seconds, cold start included."""
    assert FUNCTIONS["Web"]["MemorySize"] >= 1769


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_a_folder_of_its_own(name: str) -> None:
    """One Lambda, one folder, one small file, and the libraries that it alone needs."""
    files = [path for path in (ROOT / FUNCTIONS[name]["CodeUri"]).glob("**/*") if path.suffix != ".pyc"]
    requirements = {"requirements.in", "requirements.txt"} if name == "ReceiveUpload" else set()
    assert {path.name for path in files if path.is_file()} == {"app.py"} | requirements


def test_the_stage_and_action_names_are_the_ones_that_the_rules_know() -> None:
    """A renamed action would be an event that nobody understands."""
    from slipway.releases import pipeline_events

    pipeline = resources("pipeline/template.yaml", "AWS::CodePipeline::Pipeline")["Pipeline"]
    named = {f"{stage['Name']}/{action['Name']}" for stage in pipeline["Stages"] for action in stage["Actions"]}
    assert {*pipeline_events.OWN.started, *pipeline_events.OWN.approvals, pipeline_events.BUILD} <= named


def test_the_build_writes_no_evidence() -> None:
    """A build runs what others wrote: of all evidence it leaves only the reason why it failed."""
    role = resources("pipeline/template.yaml", "AWS::IAM::Role")["BuildRole"]
    written = [
        one for one in statements(role) if "s3:PutObject" in actions(one) and "ModelBucket" in str(one["Resource"])
    ]
    assert [str(one["Resource"]).count("/evidence/*/build.txt") for one in written] == [1]


def test_production_is_deployed_after_its_build_was_checked() -> None:
    """With everything that staging was tested with."""
    pipeline = resources("pipeline/template.yaml", "AWS::CodePipeline::Pipeline")["Pipeline"]
    stages = {stage["Name"]: {one["Name"]: one for one in stage["Actions"]} for stage in pipeline["Stages"]}
    check, deploy, verify = (stages["Production"][name] for name in ("Check", "Deploy", "Verify"))
    assert check["RunOrder"] < deploy["RunOrder"] < verify["RunOrder"]
    tested = stages["Staging"]["SmokeTest"]["InputArtifacts"]
    assert tested == check["InputArtifacts"] == verify["InputArtifacts"]
    assert {"Name": "Bundle"} in tested


def test_an_author_may_read_what_the_command_asks_for() -> None:
    """Not more: neither the approval of a release nor anything else of the ledger."""
    policy = resources("template.yaml", "AWS::IAM::ManagedPolicy")["AuthorsAccess"]["PolicyDocument"]
    follow = next(one for one in policy["Statement"] if one["Sid"] == "FollowReleases")
    allowed = follow["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert set(allowed) == set(ATTRIBUTES)
    assert "approval" not in allowed


def test_staging_is_tested_after_the_deployment_and_before_anybody_is_asked() -> None:
    """An approver is asked about what runs there, with its evidence."""
    orders = {one["Name"]: one["RunOrder"] for one in _stage("Staging")}
    assert orders["Deploy"] < orders["SmokeTest"] < orders["Approve"]


def _stage(name: str) -> Any:
    (found,) = [one["Actions"] for one in PIPELINE["Pipeline"]["Properties"]["Stages"] if one["Name"] == name]
    return found


TRUSTED = {
    "PipelineRole": {"Service": "codepipeline.amazonaws.com"},
    "DeployRole": {"AWS": {"Fn::GetAtt": ["PipelineRole", "Arn"]}},
    "BuildRole": {"Service": "codebuild.amazonaws.com"},
    "EnvironmentRole": {"Service": "elasticbeanstalk.amazonaws.com"},
    "InstanceRole": {"Service": "ec2.amazonaws.com"},
}


@pytest.mark.parametrize("role", [name for name, one in PIPELINE.items() if one["Type"] == "AWS::IAM::Role"])
def test_a_role_is_taken_by_the_service_that_it_is_for(role: str) -> None:
    """Nobody else may take it, and that service may."""
    (trust,) = PIPELINE[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == TRUSTED[role]


def test_the_pipeline_is_made_after_its_rights() -> None:
    """Creating it starts it: without DependsOn its first action may come before the policies of its roles."""
    policies = {name for name, one in PIPELINE.items() if one["Type"] == "AWS::IAM::Policy"}
    assert policies <= set(PIPELINE["Pipeline"]["DependsOn"])


def test_the_pipeline_s_template_is_given_each_parameter() -> None:
    """And no other: CloudFormation would say so after minutes."""
    wanted = cfn_yaml.load(str(ROOT / "pipeline/template.yaml"))["Parameters"]
    given = ROOT_TEMPLATE["Pipeline"]["Properties"]["Parameters"]
    assert {name for name, one in wanted.items() if "Default" not in one} <= given.keys() <= wanted.keys()


def test_an_output_of_the_pipeline_s_template_is_there() -> None:
    """Where the other template uses it."""
    used = set(re.findall(r"Outputs\.(\w+)", json.dumps(ROOT_TEMPLATE)))
    assert used
    assert used <= cfn_yaml.load(str(ROOT / "pipeline/template.yaml"))["Outputs"].keys()


def test_the_model_bucket_keeps_versions_and_tells_of_them() -> None:
    """A candidate is a set of versions, and an upload that nobody hears of is never released."""
    bucket = ROOT_TEMPLATE["ModelBucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["NotificationConfiguration"]["EventBridgeConfiguration"]["EventBridgeEnabled"] is True


RULES = resources("template.yaml", "AWS::Events::Rule")
LISTENERS = {
    f"{name}{event}": one["Properties"]
    for name, function in FUNCTIONS.items()
    for event, one in function.get("Events", {}).items()
    if one["Type"] == "EventBridgeRule"
}


@pytest.mark.parametrize(
    ("rule", "sample"),
    [("UploadsRule", "object-created"), ("MarkersRule", "object-created")]
    + [("RecordProgressPipeline", name) for name in ("pipeline-started", "deploy-started", "smoke-test-failed")],
)
def test_a_rule_takes_the_events_that_it_is_for(rule: str, sample: str) -> None:
    """Of AWS's own samples: a pattern that matches nothing is no error anywhere."""
    pattern = RULES[rule]["EventPattern"] if rule in RULES else LISTENERS[rule]["Pattern"]
    event = json.loads(text(f"events/{sample}.json"))
    assert event["source"] in pattern["source"]
    assert event["detail-type"] in pattern["detail-type"]
    assert pattern["detail"].keys() <= event["detail"].keys()


def test_a_queue_takes_the_events_of_its_rules() -> None:
    """EventBridge drops what a queue's policy does not let in, also from what it could not deliver."""
    wanted = {(_queue(target["Arn"]), rule) for rule, one in RULES.items() for target in one["Targets"]}
    letters = {(_queue(one["Targets"][0]["DeadLetterConfig"]["Arn"]), rule) for rule, one in RULES.items()}
    letters |= {(_queue(one["DeadLetterConfig"]["Arn"]), rule) for rule, one in LISTENERS.items()}
    let_in = {
        (_queue(one["Resource"]), rule)
        for policy in resources("template.yaml", "AWS::SQS::QueuePolicy").values()
        for one in statements(policy)
        if one["Principal"] == {"Service": "events.amazonaws.com"} and actions(one) == ["sqs:SendMessage"]
        for rule in re.findall(r"(\w+)(?:\.Arn|', 'Arn')", str(one["Condition"]["ArnEquals"]["aws:SourceArn"]))
    }
    assert wanted | letters <= let_in


def _queue(arn: Any) -> str:
    return str(arn["Fn::GetAtt"][0])


def test_the_announcer_hears_of_releases_only() -> None:
    """Without the filter it would be woken by what it writes itself."""
    (stream,) = [one["Properties"] for one in FUNCTIONS["Announce"]["Events"].values() if one["Type"] == "DynamoDB"]
    (pattern,) = [json.loads(one["Pattern"]) for one in stream["FilterCriteria"]["Filters"]]
    assert pattern["dynamodb"]["Keys"]["sk"]["S"] == [{"prefix": "RELEASE#"}]


def test_an_answer_is_for_the_approval_that_is_there() -> None:
    """PutApprovalResult knows the action's ARN, which is the pipeline's with stage and action."""
    resources = [one["Resource"] for one in ALL if actions(one) == ["codepipeline:PutApprovalResult"]]
    arns = [own["Fn::Sub"] for resource in resources for own in resource.get("Fn::If", [resource]) if "Fn::Sub" in own]
    assert arns
    asked = {f"{stage}/{one['Name']}" for stage in ("Staging", "Production") for one in _stage(stage)}
    assert {"/".join(arn.rsplit("/", 2)[1:]) for arn in arns} <= asked


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_s_handler_is_there(name: str) -> None:
    """Lambda would say so at the first event."""
    handler = FUNCTIONS[name].get("Handler") or GLOBALS["Function"]["Handler"]
    module, _, function = handler.rpartition(".")
    assert f"def {function}(" in text(f"{FUNCTIONS[name]['CodeUri']}/{module}.py")


GLOBALS = cfn_yaml.load(str(ROOT / "template.yaml"))["Globals"]


def test_the_layer_brings_the_urllib3_that_it_uses() -> None:
    """Python 3.13 in Lambda shipped 1.26, which has no urllib3.request()."""
    (version,) = re.findall(r"^urllib3==(\d+)", text("layers/slipway/requirements.txt"), re.MULTILINE)
    assert int(version) >= 2


def test_a_deployment_has_every_right_that_beanstalk_uses_in_its_name() -> None:
    """By the list that the local AWS performs; there each is tried with its resource."""
    calls = yaml.safe_load(text("standins/aws/elasticbeanstalk/caller_calls.yaml"))["calls"]
    allowed = {action for one in statements(PIPELINE["DeployPolicy"]) for action in actions(one)}
    assert {action for one in calls for action in one["actions"]} <= allowed


@pytest.mark.parametrize("name", ["Staging", "Production"])
def test_an_environment_has_launch_templates_and_enhanced_health(name: str) -> None:
    """New accounts have no launch configurations, and a deployment watches the health of its batches."""
    found = {option: value for (_, option), (value, _) in options(name).items()}
    assert (found["RootVolumeType"], found["SystemType"], found["DisableIMDSv1"]) == ("gp3", "enhanced", "true")


BOUNDED = {"Fn::If": ["UseBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
SCHEDULED = [
    pytest.param(event["Properties"], id=f"{name}-{event_name}")
    for name, function in FUNCTIONS.items()
    for event_name, event in function.get("Events", {}).items()
    if event["Type"] == "ScheduleV2"
]


@pytest.mark.parametrize("role", resources("pipeline/template.yaml", "AWS::IAM::Role").values(), ids=lambda _: "")
def test_a_role_is_bounded_where_the_organisation_demands_it(role: dict[str, Any]) -> None:
    """A role without its boundary is refused there, and the whole deployment with it."""
    assert role["PermissionsBoundary"] == BOUNDED


@pytest.mark.parametrize("schedule", SCHEDULED)
def test_a_role_that_sam_makes_is_bounded_as_well(schedule: dict[str, Any]) -> None:
    """Those of the functions by the globals, those of schedules each by itself."""
    content = cfn_yaml.load(str(ROOT / "template.yaml"))
    assert content["Globals"]["Function"]["PermissionsBoundary"] == BOUNDED
    assert schedule["PermissionsBoundary"] == BOUNDED


KEY = "{'Ref': 'KmsKeyArn'}"
KEYED = {
    "AWS::S3::Bucket": "BucketEncryption",
    "AWS::DynamoDB::Table": "SSESpecification",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::CodeBuild::Project": "EncryptionKey",
    "AWS::CodePipeline::Pipeline": "ArtifactStore",
}


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        pytest.param(one["Type"], one["Properties"], id=name)
        for template in (ROOT_TEMPLATE, PIPELINE)
        for name, one in template.items()
        if one["Type"] in KEYED
    ],
)
def test_what_holds_data_takes_the_operator_s_key(kind: str, properties: dict[str, Any]) -> None:
    """With the condition that there is one: AWS's own keys otherwise."""
    text = str(properties[KEYED[kind]])
    assert KEY in text
    assert "'UseKey'" in text


def options(environment: str) -> dict[tuple[str, str], Any]:
    """The settings of an environment by namespace and name; those that depend on a condition with their condition."""
    found = {}
    for one in PIPELINE[environment]["Properties"]["OptionSettings"]:
        condition, setting = ("", one) if "Namespace" in one else one["Fn::If"][:2]
        found[setting["Namespace"], setting["OptionName"]] = (setting["Value"], condition)
    return found


@pytest.mark.parametrize("environment", ["Staging", "Production"])
def test_an_environment_is_born_with_a_version_whose_label_never_changes(environment: str) -> None:
    """CloudFormation would deploy another one over what is live."""
    decided = PIPELINE[environment]["Properties"]["VersionLabel"]["Ref"]
    assert PIPELINE[decided]["Type"] == "Custom::FirstVersion"
    assert PIPELINE[decided]["Properties"]["Target"] == environment.lower()


def test_the_first_version_is_built_on_the_service_s_image() -> None:
    """By the same digest, so that one review and one pull are enough."""
    images = {
        re.findall(r"^FROM (\S+)", (ROOT / folder / "Dockerfile").read_text(), re.MULTILINE)[0]
        for folder in ("service", "pipeline/first_version")
    }
    assert len(images) == 1


@pytest.mark.parametrize("environment", ["Staging", "Production"])
def test_an_environment_s_logs_outlive_its_instances(environment: str) -> None:
    """For the days that the operator keeps logs."""
    found = options(environment)
    logs = "aws:elasticbeanstalk:cloudwatch:logs"
    kept = [found[logs, name][0] for name in ("StreamLogs", "DeleteOnTerminate", "RetentionInDays")]
    assert kept == ["true", "false", {"Ref": "LogRetentionDays"}]


def test_production_is_deployed_as_the_operator_says() -> None:
    """And never in place; staging, which nobody uses, all at once."""
    command = ("aws:elasticbeanstalk:command", "DeploymentPolicy")
    assert options("Production")[command] == ({"Ref": "DeploymentPolicy"}, "")
    assert options("Staging")[command] == ("AllAtOnce", "")
    policies = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"]["DeploymentPolicy"]
    assert policies["Default"] == "Immutable"
    assert not {"AllAtOnce", "Rolling"} & set(policies["AllowedValues"])


def test_a_certificate_makes_production_speak_https() -> None:
    """And the tests of a release go the same way as its users."""
    found = options("Production")
    https = {name: value for (space, name), value in found.items() if space == "aws:elbv2:listener:443"}
    assert https["SSLCertificateArns"] == ({"Ref": "CertificateArn"}, "UseHttps")
    assert https["Protocol"] == ("HTTPS", "UseHttps")
    url = cfn_yaml.load(str(ROOT / "pipeline" / "template.yaml"))["Outputs"]["ProductionUrl"]["Value"]
    assert url["Fn::If"] == [
        "UseHttps",
        {"Fn::Sub": "https://${ProductionDomain}"},
        {"Fn::Sub": "http://${Production.EndpointURL}"},
    ]
    stages = {stage["Name"]: stage["Actions"] for stage in PIPELINE["Pipeline"]["Properties"]["Stages"]}
    tests = [one["Configuration"].get("UserParameters") for stage in stages.values() for one in stage]
    assert len([one for one in tests if isinstance(one, dict) and one["Fn::Sub"][1] == {"Url": url}]) == 2


def test_a_certificate_makes_production_redirect_what_comes_by_http() -> None:
    """By a rule before all others of Beanstalk's listener on port 80, which is there with a certificate and without."""
    assert options("Production")["aws:elbv2:listener:default", "ListenerEnabled"] == ("true", "")
    rule, listener = PIPELINE["RedirectToHttps"], PIPELINE["PlainListener"]
    assert rule["Condition"] == listener["Condition"] == "UseHttps"
    assert rule["Properties"]["ListenerArn"] == {"Ref": "PlainListener"}
    assert rule["Properties"]["Priority"] == 1
    assert rule["Properties"]["Conditions"][0]["PathPatternConfig"] == {"Values": ["*"]}
    (redirect,) = rule["Properties"]["Actions"]
    assert redirect["Type"] == "redirect"
    # What a redirect leaves out stays: host, path and query.
    assert redirect["RedirectConfig"] == {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    assert listener["Properties"]["Address"] == {"Fn::GetAtt": ["Production", "EndpointURL"]}


def chosen(node: Any, condition: str, holds: bool) -> Any:
    """Return what a node of a template is where a condition holds, or does not."""
    if isinstance(node, dict) and set(node) == {"Fn::If"} and node["Fn::If"][0] == condition:
        return chosen(node["Fn::If"][1 if holds else 2], condition, holds)
    if isinstance(node, dict):
        return {name: chosen(value, condition, holds) for name, value in node.items()}
    if isinstance(node, list):
        found = [chosen(value, condition, holds) for value in node]
        return [value for value in found if value != {"Ref": "AWS::NoValue"}]
    return node


def staging(inside: bool) -> dict[str, Any]:
    """Return the settings of staging by their names, in a VPC of the operator's."""
    listed = chosen(PIPELINE["Staging"]["Properties"]["OptionSettings"], "StagingInVpc", inside)
    return {one["OptionName"]: one["Value"] for one in chosen(listed, "UseVpc", True)}


def test_staging_inside_the_vpc_has_no_public_address() -> None:
    """An internal load balancer is in front of it; its instance is public only if the operator says so."""
    inside, outside = staging(inside=True), staging(inside=False)
    assert (inside["EnvironmentType"], inside["LoadBalancerType"]) == ("LoadBalanced", "application")
    assert (inside["ELBScheme"], inside["ELBSubnets"]) == ("internal", {"Ref": "InstanceSubnets"})
    assert (inside["Subnets"], inside["AssociatePublicIpAddress"]) == (
        {"Ref": "InstanceSubnets"},
        {"Ref": "PublicInstances"},
    )
    assert (inside["MinSize"], inside["MaxSize"], inside["HealthCheckPath"]) == ("1", "1", {"Ref": "HealthPath"})
    assert outside["EnvironmentType"] == "SingleInstance"
    assert (outside["Subnets"], outside["AssociatePublicIpAddress"]) == ({"Ref": "LoadBalancerSubnets"}, "true")
    assert not {"ELBScheme", "ELBSubnets", "MinSize", "LoadBalancerType"} & set(outside)


def test_the_smoke_test_is_inside_the_vpc_where_staging_is() -> None:
    """Elsewhere it is in none; a stack that would shut it out is refused by a rule."""
    network = ROOT_TEMPLATE["SmokeTest"]["Properties"]["VpcConfig"]
    assert chosen(network, "StagingInVpc", True)["SubnetIds"] == {"Fn::Split": [",", {"Ref": "FunctionSubnets"}]}
    assert chosen(network, "StagingInVpc", False) == {"Ref": "AWS::NoValue"}
    group = ROOT_TEMPLATE["SmokeTestGroup"]["Properties"]
    assert "SecurityGroupIngress" not in group
    rule = cfn_yaml.load(str(ROOT / "template.yaml"))["Rules"]["StagingInVpcNeedsItsNetwork"]
    assert {"VpcId", "FunctionSubnets"} <= set(re.findall(r"'Ref': '(\w+)'", str(rule["Assertions"])))


def test_the_code_of_the_smoke_test_may_do_nothing_to_networks() -> None:
    """Lambda may in its place; the key of the condition is in the code's own requests only."""
    (denied,) = [one for one in statements(FUNCTIONS["SmokeTest"]["Policies"]) if one["Effect"] == "Deny"]
    assert {"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"} <= set(actions(denied))
    assert list(denied["Condition"]["ArnLike"]) == ["lambda:SourceFunctionArn"]


def test_one_answer_decides_the_processor_of_everything() -> None:
    """Functions, layer, build and instances."""
    content = cfn_yaml.load(str(ROOT / "template.yaml"))
    assert content["Globals"]["Function"]["Architectures"] == [{"Ref": "Architecture"}]
    assert content["Resources"]["Layer"]["Metadata"]["BuildArchitecture"] == {"Ref": "Architecture"}
    build = PIPELINE["Build"]["Properties"]["Environment"]
    assert build["Type"]["Fn::If"] == ["UseArm", "ARM_CONTAINER", "LINUX_CONTAINER"]
    assert [("aarch64" in image, "x86_64" in image) for image in build["Image"]["Fn::If"][1:]] == [
        (True, False),
        (False, True),
    ]
    for environment in ("Staging", "Production"):
        assert options(environment)["aws:ec2:instances", "SupportedArchitectures"] == ({"Ref": "Architecture"}, "")


def _feeds_itself(function: dict[str, Any]) -> bool:
    """Whether a function may send to a queue that it takes messages from."""
    queues = [one["Properties"].get("Queue") for one in function.get("Events", {}).values() if one["Type"] == "SQS"]
    sends = [one for one in statements(function["Policies"]) if "sqs:SendMessage" in actions(one)]
    return any(one["Resource"] == queue for one in sends for queue in queues)


def test_a_function_that_feeds_its_own_queue_may_do_so_as_often_as_it_takes() -> None:
    """Lambda ends what it takes for a loop after 16 rounds, unless that is allowed; nothing else may loop."""
    allowed = {name for name, function in FUNCTIONS.items() if function.get("RecursiveLoop") == "Allow"}
    assert allowed == {name for name, function in FUNCTIONS.items() if _feeds_itself(function)}
    assert allowed == {"ReceiveUpload", "AttachedSmokeTest"}


THEIRS = ("Discovery", "ExistingPipeline", "ApprovalTopic")  # what stands in the name of a resource that is others'
RIGHTS = {
    "ReadTheDefinition": {"codepipeline:GetPipeline"},
    "ReadWhatItBuildsWith": {"codebuild:BatchGetProjects"},
    "FindTheAddresses": {"elasticbeanstalk:DescribeEnvironments"},
    "SeeWhereTheBucketIs": {"s3:GetBucketLocation"},
    "SeeWhatWasUploaded": {"s3:ListBucketVersions"},
    "SeeWhatIsArrivingInParts": {"s3:ListBucketMultipartUploads"},
    "ReadUploads": {"s3:GetObjectVersion"},
    "SeeWhatTheBuildReads": {"s3:ListBucketVersions"},
    "StartReleases": {"codepipeline:StartPipelineExecution"},
    "LookAtExecutions": {
        "codepipeline:GetPipelineExecution",
        "codepipeline:GetPipelineState",
        "codepipeline:ListActionExecutions",
    },
    "SeeWhatWasAnswered": {"codepipeline:GetPipelineState", "codepipeline:ListActionExecutions"},
    "Answer": {"codepipeline:PutApprovalResult"},
    "SeeWhatRuns": {"elasticbeanstalk:DescribeEnvironments"},
    "SeeStaging": {"elasticbeanstalk:DescribeEnvironments"},
    "SeeProduction": {"elasticbeanstalk:DescribeEnvironments"},
    "DeployTheVersionBefore": {"elasticbeanstalk:UpdateEnvironment"},
}
HOLDERS = {
    "DiscoverPipeline": {"ReadTheDefinition", "ReadWhatItBuildsWith", "SeeWhereTheBucketIs", "FindTheAddresses"},
    "ReceiveUpload": {"SeeWhatWasUploaded", "SeeWhatIsArrivingInParts", "ReadUploads", "StartReleases"},
    "RecordProgress": {"SeeWhatTheBuildReads", "StartReleases", "LookAtExecutions", "Answer", "SeeProduction"},
    "AttachedSmokeTest": {"SeeWhatWasAnswered", "Answer", "SeeWhatRuns", "DeployTheVersionBefore"},
    "Web": {"SeeWhatWasAnswered", "Answer", "SeeStaging"},
    "TakeAnswer": {"SeeWhatWasAnswered", "Answer", "SeeStaging"},
    "Sweep": {"SeeWhatTheBuildReads", "StartReleases", "LookAtExecutions", "Answer", "SeeStaging", "SeeProduction"},
}


def _in_attached(node: Any) -> Any:
    """Return a part of the template as it is in a stack that is attached to an existing pipeline."""
    if isinstance(node, dict) and set(node) == {"Fn::If"} and node["Fn::If"][0] in ("Attached", "HasWayBack"):
        return _in_attached(node["Fn::If"][1])
    if isinstance(node, dict):
        return {name: _in_attached(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_in_attached(value) for value in node if value != {"Ref": "AWS::NoValue"}]
    return node


def _on_theirs(function: str) -> dict[str, set[str]]:
    """Return the rights of a function on what was there before, by the statement's name."""
    if ROOT_TEMPLATE[function].get("Condition") == "OwnPipeline":
        return {}
    policies = _in_attached(FUNCTIONS[function].get("Policies", []))
    found = [one for one in statements(policies) if any(word in str(one["Resource"]) for word in THEIRS)]
    # Discovery itself cannot yet know which projects, environments and bucket there are.
    blind = ("ReadWhatItBuildsWith", "SeeWhereTheBucketIs", "FindTheAddresses")
    found += [one for one in statements(policies) if one.get("Sid") in blind]
    return {one["Sid"]: set(actions(one)) for one in found}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_attached_a_function_may_do_no_more_with_what_was_there_than_the_documentation_says(function: str) -> None:
    """Nor less: each statement is one that the story needs."""
    allowed = _on_theirs(function)
    assert set(allowed) == HOLDERS.get(function, set())
    assert all(allowed[name] == RIGHTS[name] for name in allowed)


def _documented() -> dict[str, tuple[set[str], set[str]]]:
    """Return who has a statement and what it allows, by its name, as the rows of docs/attach.md say."""
    page = (ROOT / "docs" / "attach.md").read_text()
    table = page.partition("## What attaching adds")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \| (.+?) \| .+ \|$", table, re.MULTILINE)
    return {name: (set(holders.split(", ")), set(re.findall(r"`(\w+:\w+)`", what))) for name, holders, what in rows}


def test_the_table_of_what_attaching_allows_is_the_templates() -> None:
    """A row for each statement on what was there before: who has it, and each action."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for function in FUNCTIONS:
        for name, allowed in _on_theirs(function).items():
            found.setdefault(name, (set(), allowed))[0].add(function)
    assert _documented() == found
