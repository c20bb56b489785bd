"""How a template's pipeline becomes the API's."""

from __future__ import annotations

from standins.aws.codepipeline.cloudformation import declaration


def test_a_template_is_spelled_like_the_api() -> None:
    """Property names become camel case, numbers numbers; an action's own configuration stays as it is."""
    action = {
        "Name": "Open",
        "ActionTypeId": {"Category": "Invoke", "Owner": "AWS", "Provider": "Lambda", "Version": 1},
        "RunOrder": "2",
        "Configuration": {"FunctionName": "open", "UserParameters": True},
        "InputArtifacts": [{"Name": "Source"}],
    }
    rollback = {"Result": "ROLLBACK"}
    properties = {
        "RoleArn": "arn",
        "Tags": [],
        "RestartExecutionOnUpdate": False,
        "Stages": [{"Name": "Build", "Actions": [action], "OnFailure": rollback}],
    }
    assert declaration(properties, "digits") == {
        "name": "digits",
        "roleArn": "arn",
        "stages": [
            {
                "name": "Build",
                "onFailure": {"result": "ROLLBACK"},
                "actions": [
                    {
                        "name": "Open",
                        "actionTypeId": {"category": "Invoke", "owner": "AWS", "provider": "Lambda", "version": "1"},
                        "runOrder": 2,
                        "configuration": {"FunctionName": "open", "UserParameters": "true"},
                        "inputArtifacts": [{"name": "Source"}],
                    }
                ],
            }
        ],
    }
