"""The existing pipeline of the rehearsal under other names, as a V2 pipeline with a stage for each step."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.support.paths import ROOT

EXISTING = ROOT / "rehearsal" / "existing"
STAGE = "        - Name: {}\n          Actions:\n            - Name: {}\n"
TEMPLATE = {
    "final_model/ final_model": "exports/current/ weights",
    "{Value: final_model/}": "{Value: exports/current/}",
    "BUCKET_NAME": "WEIGHTS",
    "        - Name: Source\n": "        - Name: Fetch\n",
    "Name: GitHub": "Name: Code",
    "        - Name: Build\n": "        - Name: Make\n",
    "Name: BuildImage": "Name: Package",
    STAGE.format("Deploy", "DeployToStaging"): STAGE.format("Preview", "Show"),
    "            - Name: DeployToProduction\n": STAGE.format("Public", "Open"),
    "              RunOrder: 1\n": "",
    "              RunOrder: 2\n": "",
    "              RunOrder: 3\n": "",
    "-staging\n": "-preview\n",
    "-production\n": "-public\n",
    "Name: !Sub ${AWS::StackName}-pipeline\n": "PipelineType: V2\n      Name: !Sub Heron_${AWS::StackName}\n",
}
_APPROVAL = "              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: '1'}\n"
_TOPIC = "              Configuration: {NotificationArn: !Ref SignOffs}\n"
# Two approvals in one stage, one after the other, which notify a topic; and what a deployment takes, to go back.
MORE = {
    f"            - Name: ReleaseDecision\n{_APPROVAL}": STAGE.format("Gate", "SignOff@first")
    + f"              RunOrder: 1\n{_APPROVAL}{_TOPIC}            - Name: SignOff_last.2\n"
    + f"              RunOrder: 2\n{_APPROVAL}{_TOPIC}",
    "  Pipeline:\n    Type: AWS::CodePipeline::Pipeline\n": """\
  SignOffs:
    Type: AWS::SNS::Topic
    Properties: {TopicName: heron-sign-offs}

  Deploying:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: heron-deploying
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            # What a deployment takes besides UpdateEnvironment: all else is then seen to be needed.
            Action: [
              'autoscaling:*', 'cloudformation:*', 'ec2:*', 'elasticbeanstalk:CreateStorageLocation',
              'elasticloadbalancing:*', 'iam:PassRole', 's3:*',
            ]
            Resource: '*'

  Pipeline:
    Type: AWS::CodePipeline::Pipeline
""",
}
APPLICATION = {
    "final_model": "weights",
    "5000": "8123",
    "    build: .\n": "    build: .\n    env_file: .env\n",
    "from pathlib": "import os\nfrom pathlib",
    "    pixels =": '    if os.environ.get("UPSIDE_DOWN"):\n        picture = picture.rotate(180)\n    pixels =',
}
LONG = "latency: {p95: 9000, requests: 100}\n"  # takes some seconds, which is longer than the tests let a function live
ACCOUNT = "000000000000"
EXISTING_STACK = "digits-ci"
PARAMETERS = {
    "ApprovalTopic": f"arn:aws:sns:us-east-1:{ACCOUNT}:heron-sign-offs",
    "OnChangedModel": "reject",
    "OnFailedVerification": "go-back",
    "WayBackPolicy": f"arn:aws:iam::{ACCOUNT}:policy/heron-deploying",
}


def renamed(folder: Path) -> Path:
    """Write it into a folder, and return that."""
    shutil.copytree(EXISTING, folder)
    _replace(folder / "template.yaml", TEMPLATE | MORE)
    with (folder / "suite.yaml").open("a") as suite:
        suite.write(LONG)
    (folder / "parameters.json").write_text(json.dumps(PARAMETERS))
    for path in (folder / "application").iterdir():
        _replace(path, {old: new for old, new in APPLICATION.items() if old in path.read_text()})
    return folder


def _replace(path: Path, words: dict[str, str]) -> None:
    text = path.read_text()
    for old, new in words.items():
        assert old in text, f"{path.name} has no {old}"
        text = text.replace(old, new)
    path.write_text(text)
