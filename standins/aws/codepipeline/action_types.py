"""The emulated action types, as AWS's action structure reference gives them."""

from dataclasses import dataclass

from standins.aws.codepipeline.definition import Action


@dataclass(frozen=True)
class ActionType:
    """Which configuration an action type takes, and how many artifacts (fewest, most)."""

    required: frozenset[str]
    optional: frozenset[str]
    inputs: tuple[int, int]
    outputs: tuple[int, int]


ACTION_TYPES = {
    ("Source", "AWS", "CodeStarSourceConnection", "1"): ActionType(
        required=frozenset({"ConnectionArn", "FullRepositoryId", "BranchName"}),
        optional=frozenset({"OutputArtifactFormat", "DetectChanges"}),
        inputs=(0, 0),
        outputs=(1, 1),
    ),
    ("Source", "AWS", "S3", "1"): ActionType(
        required=frozenset({"S3Bucket", "S3ObjectKey"}),
        optional=frozenset({"PollForSourceChanges"}),
        inputs=(0, 0),
        outputs=(1, 1),
    ),
    ("Invoke", "AWS", "Lambda", "1"): ActionType(
        required=frozenset({"FunctionName"}),
        optional=frozenset({"UserParameters"}),
        inputs=(0, 5),
        outputs=(0, 5),
    ),
    ("Build", "AWS", "CodeBuild", "1"): ActionType(
        required=frozenset({"ProjectName"}),
        optional=frozenset({"PrimarySource", "EnvironmentVariables"}),
        inputs=(1, 5),
        outputs=(0, 5),
    ),
    ("Deploy", "AWS", "ElasticBeanstalk", "1"): ActionType(
        required=frozenset({"ApplicationName", "EnvironmentName"}),
        optional=frozenset(),
        inputs=(1, 1),
        outputs=(0, 0),
    ),
    ("Approval", "AWS", "Manual", "1"): ActionType(
        required=frozenset(),
        optional=frozenset({"NotificationArn", "ExternalEntityLink", "CustomData"}),
        inputs=(0, 0),
        outputs=(0, 0),
    ),
}


def action_type(action: Action) -> ActionType | None:
    """The type of an action, or None for one the local AWS does not have."""
    return ACTION_TYPES.get((action.category, action.owner, action.provider, action.version))
