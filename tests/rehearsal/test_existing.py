"""The pipeline that is there before Slipway."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from rehearsal.existing_stack import ExistingStack
from tests.support.other_names import EXISTING, renamed


def _pipeline(folder: Path) -> dict[str, Any]:
    template: dict[str, Any] = cfn_yaml.load(str(folder / "template.yaml"))
    found: dict[str, Any] = template["Resources"]["Pipeline"]["Properties"]
    return found


def _actions(pipeline: dict[str, Any]) -> list[dict[str, Any]]:
    return [action for stage in pipeline["Stages"] for action in stage["Actions"]]


def test_it_is_a_v1_pipeline_that_releases_in_one_stage_and_tells_nobody() -> None:
    """Deploy to staging, an approval without a topic, deploy to production."""
    pipeline = _pipeline(EXISTING)
    assert "PipelineType" not in pipeline
    *_, release = pipeline["Stages"]
    assert [one["ActionTypeId"]["Category"] for one in release["Actions"]] == ["Deploy", "Approval", "Deploy"]
    assert not [one for one in _actions(pipeline) if "NotificationArn" in one.get("Configuration", {})]


def test_its_template_says_where_everything_is() -> None:
    """The story knows it by the outputs alone, and so does whoever plays it on another one."""
    template = cfn_yaml.load(str(EXISTING / "template.yaml"))
    assert set(template["Outputs"]) == {"Pipeline", "Models", "Prefix", "StagingUrl", "ProductionUrl"}
    assert ExistingStack.__doc__
    assert all(name in ExistingStack.__doc__ for name in template["Outputs"])


def test_under_other_names_it_shares_none_with_the_first(tmp_path: Path) -> None:
    """Stages, actions, prefix and port differ; it is V2, and each step has a stage, one of them two approvals."""
    first, other = _pipeline(EXISTING), _pipeline(renamed(tmp_path / "other"))
    assert not {stage["Name"] for stage in first["Stages"]} & {stage["Name"] for stage in other["Stages"]}
    assert not {action["Name"] for action in _actions(first)} & {action["Name"] for action in _actions(other)}
    assert [len(stage["Actions"]) for stage in other["Stages"]] == [1, 1, 1, 2, 1]
    text = "".join(path.read_text() for path in (tmp_path / "other").rglob("*") if path.is_file())
    assert not [word for word in ("final_model", "5000", "BUCKET_NAME") if word in text]
