"""Lifecycle policies are evaluated as ECR documents it, and ours deletes nothing that was live."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from pipeline.build import BUILT
from slipway.adapters.ecr import KEPT
from standins.aws.ecr_lifecycle import Image, InvalidPolicy, expired, rules_of
from tests.support.paths import ROOT

DAY = 86_400
NOW = 1_000 * DAY
IMAGES = cfn_yaml.load(str(ROOT / "pipeline" / "template.yaml"))["Resources"]["Images"]["Properties"]
OURS = str(IMAGES["LifecyclePolicy"]["LifecyclePolicyText"])


def image(number: int, *tags: str) -> Image:
    """The image that was pushed as the nth, one a day."""
    return Image(f"sha256:{number}", tags, number * DAY)


def rule(priority: int = 1, **selection: Any) -> dict[str, Any]:
    chosen = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1} | selection
    return {"rulePriority": priority, "selection": chosen, "action": {"type": "expire"}}


def policy(*rules: dict[str, Any]) -> str:
    return json.dumps({"rules": rules})


def test_what_was_live_is_never_deleted() -> None:
    """However many were built since; the newest that were only built stay as well."""
    live = image(0, f"{BUILT}0", f"{KEPT}0")
    built = [image(number, f"{BUILT}{number}") for number in range(1, 900)]
    gone = expired(OURS, [live, *built], NOW)
    assert live not in gone
    assert set(built) - set(gone) == set(built[-100:])


def test_an_image_that_was_built_again_after_it_was_live_stays() -> None:
    """And so do those of before, whose tags have no prefix."""
    images = [
        image(0, "7f3c-0123"),
        image(1, f"{BUILT}1", f"{KEPT}1"),
        *(image(n, f"{BUILT}{n}") for n in range(2, 300)),
    ]
    assert not {images[0], images[1]} & set(expired(OURS, images, NOW))


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ([rule(countNumber=2)], {2, 3}),
        ([rule(countType="sinceImagePushed", countUnit="days", countNumber=998)], {2, 3}),
        ([rule(tagStatus="untagged", countNumber=1)], {0, 1, 2, 3}),
        ([rule(tagStatus="tagged", tagPrefixList=["a"], countNumber=1)], {1, 2, 3}),
        ([rule(tagStatus="tagged", tagPrefixList=["a", "b"], countNumber=1)], {0, 1, 2, 3}),
        # What matches the first rule is not expired by the second, but counts there.
        ([rule(tagStatus="tagged", tagPrefixList=["b"], countNumber=9), rule(2, countNumber=1)], {1, 3}),
    ],
    ids=["number", "age", "one untagged", "prefix", "each of two prefixes", "priority"],
)
def test_rules_are_evaluated_as_documented(rules: list[dict[str, Any]], left: set[int]) -> None:
    """Four images: a1, b1, a2, and one without a tag."""
    images = [image(0, "a1"), image(1, "b1"), image(2, "a2"), image(3)]
    assert {images.index(one) for one in set(images) - set(expired(policy(*rules), images, NOW))} == left


@pytest.mark.parametrize(
    "rules",
    [
        [rule(), rule(2, tagStatus="untagged")],
        [rule(tagStatus="untagged"), rule(1)],
        [rule(tagStatus="tagged", tagPrefixList=["a"]), rule(2, tagStatus="tagged", tagPrefixList=["a"])],
        [rule(tagStatus="tagged")],
        [rule(tagPrefixList=["a"])],
        [rule(countNumber=0)],
        [rule(countUnit="days")],
        [rule(countType="sinceImagePushed")],
    ],
    ids=["any not last", "same priority", "same prefix", "no prefix", "prefix of any", "0", "unit", "no unit"],
)
def test_what_ecr_would_not_take_is_refused(rules: list[dict[str, Any]]) -> None:
    """With a sentence, before it is a policy."""
    with pytest.raises(InvalidPolicy):
        rules_of(policy(*rules))
