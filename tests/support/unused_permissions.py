"""Rights that the rehearsal need not use: actions by role and statement (`*` for all), and why AWS needs them."""

OTHER_POLICIES = "another deployment policy than the rehearsal's two; tests/standins/aws/test_permissions.py tries each"
FAULTS = "what was lost, refused or answered late: the tests of the function bring it about"
NOT_EMULATED = "the local AWS has no such call there; AWS's documentation of the action names it"
SUITES = "only where a candidate brings a suite, or the bucket keeps one of record: tests/pipeline/test_record.py"
VISITS = "only when somebody opens the history: tests/functions/test_pages_on_aws.py"
CHANGES = "only a deployment that changes a parameter does it; tests/standins/aws/test_subscribe.py does"

EXCUSED: dict[str, dict[str, str]] = {
    OTHER_POLICIES: {
        "Deploy ChangeTargets": (
            "elasticloadbalancing:AddTags elasticloadbalancing:CreateTargetGroup "
            "elasticloadbalancing:DeleteTargetGroup "
            "elasticloadbalancing:ModifyTargetGroup elasticloadbalancing:ModifyTargetGroupAttributes"
        ),
        "Deploy SplitTraffic": "*",
        "Deploy SplitTrafficByRules": "*",
    },
    NOT_EMULATED: {
        "Build ReadTheSource": "s3:GetObjectVersion",
        "Build FetchExactlyTheCandidate": "s3:GetObjectAttributes s3:GetObjectVersionAttributes",
        "Instance PullImages": "ecr:BatchCheckLayerAvailability",
        "Instance ReadItsVersions": "s3:GetObjectVersion",
        "Instance WriteLogs": "*",
        "Instance StreamLogs": "*",
        "Instance ReportHealth": "*",
        "Pipeline ReadTheSource": "codestar-connections:UseConnection",
        "Pipeline PassArtifactsOn": "s3:GetObjectVersion",
        "Pipeline FindArtifacts": "*",
        "Pipeline Build": "codebuild:StopBuild",
        "Deploy FetchBundles": "s3:GetObjectVersion",
        "Deploy FindBundles": "*",
        "Deploy DeployVersions": (
            "elasticbeanstalk:DescribeApplicationVersions elasticbeanstalk:DescribeConfigurationSettings "
            "elasticbeanstalk:DescribeEnvironmentResources elasticbeanstalk:DescribeEvents"
        ),
    },
    FAULTS: {
        "OpenRelease ReportJobs": "codepipeline:PutJobFailureResult",
        "Sweep KeepTheLedger": "*",
        "Sweep StartReleases": "*",
        "Sweep Answer": "*",
        "Sweep ReadWhyBuildsFailed": "*",
        "Sweep SeeWhatIsNotThere": "*",
        "Sweep LookAtExecutions": "*",
        "Sweep SeeWhatRuns": "*",
        "Sweep ": "sqs:SendMessage",
        "SweepTime ": "lambda:InvokeFunction",
        "Announce ": "sqs:SendMessage",
        "Announce FindUnfinishedReleases": "*",  # every five minutes, which may fall outside of a rehearsal
        "AnnounceAgain ": "lambda:InvokeFunction",
        "RecordProgress ": "sqs:SendMessage",
        "RecordProgress SeeWhatIsNotThere": "*",
        "RecordProgress LookAtExecutions": "codepipeline:GetPipelineExecution",
        "SmokeTest SeeWhatIsNotThere": "*",
        "TakeAnswer SeeWhatIsNotThere": "*",
        "TakeAnswer LookAtExecutions": "*",
        "TakeAnswer GoBack": "*",
        "ReceiveUpload LookAgainLater": "*",
        "Web SeeWhatIsNotThere": "*",
        "Web LookAtExecutions": "*",
        "Web GoBack": "*",
    },
    SUITES: {
        "ReceiveUpload ReadSuitesOfRecord": "*",
        "ReceiveUpload SeeWhatIsNotThere": "*",
        "Build FetchTheSuiteOfRecord": "*",
    },
    VISITS: {
        "Web ReadTheHistory": "*",
    },
    CHANGES: {
        "Subscribe ChangeSubscriptions": "*",
    },
}


def excused(statement: str, action: str) -> bool:
    """Return whether it is known why the rehearsal does not use an action that a statement allows."""
    listed = (statements[statement] for statements in EXCUSED.values() if statement in statements)
    return any(actions == "*" or action in actions.split() for actions in listed)
