"""ECR's lifecycle policies, as AWS documents how they are evaluated.

docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html and …/lifecycle_policy_parameters.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DAY = 86_400  # seconds


class InvalidPolicy(ValueError):
    """One sentence about a policy that ECR would not take."""


@dataclass(frozen=True)
class Image:
    """An image: its digest, its tags, and when it was pushed (Unix)."""

    digest: str
    tags: tuple[str, ...]
    pushed: float


@dataclass(frozen=True)
class Rule:
    """One rule; `prefixes` are empty unless it selects tagged images."""

    priority: int
    status: str
    prefixes: tuple[str, ...]
    count_type: str
    count: int

    def matches(self, image: Image) -> bool:
        """Whether an image has what the rule asks of its tags: of several prefixes, each one."""
        if self.status == "any":
            return True
        if self.status == "untagged":
            return not image.tags
        return all(any(tag.startswith(prefix) for tag in image.tags) for prefix in self.prefixes)

    def marks(self, images: Sequence[Image], now: float) -> Iterator[Image]:
        """The matching images, youngest first, that are too many or too old."""
        for place, image in enumerate(images):
            many, old = place >= self.count, now - image.pushed > self.count * _DAY
            if many if self.count_type == "imageCountMoreThan" else old:
                yield image


def rules_of(text: str) -> list[Rule]:
    """Read a policy, the first priority first; raises InvalidPolicy."""
    try:
        rules = sorted((_rule(each) for each in json.loads(text)["rules"]), key=lambda rule: rule.priority)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidPolicy(f"The lifecycle policy is invalid: {error}") from error
    if len({rule.priority for rule in rules}) < len(rules):
        raise InvalidPolicy("Each rule needs a rulePriority of its own.")
    if any(rule.status == "any" for rule in rules[:-1]):
        raise InvalidPolicy("A rule for any image must have the highest rulePriority.")
    prefixes = [rule.prefixes for rule in rules if rule.prefixes]
    if len(set(prefixes)) < len(prefixes) or sum(rule.status == "untagged" for rule in rules) > 1:
        raise InvalidPolicy("Each rule needs tag prefixes of its own, and one rule at most selects untagged images.")
    return rules


def expired(text: str, images: Sequence[Image], now: float) -> list[Image]:
    """Return the images that a policy deletes; `images` are in the order in which they were pushed.

    An image that matches the tagging requirements of a rule cannot be expired by a rule with a lower priority, which
    sees it nevertheless.
    """
    order = sorted(range(len(images)), key=lambda place: (images[place].pushed, place), reverse=True)
    youngest = [images[place] for place in order]
    taken, found = set[str](), list[Image]()
    for rule in rules_of(text):
        matching = [image for image in youngest if rule.matches(image)]
        found += [image for image in rule.marks(matching, now) if image.digest not in taken]
        taken |= {image.digest for image in matching}
    return found


def _rule(given: Mapping[str, Any]) -> Rule:
    selection, kind = given["selection"], given["selection"]["countType"]
    prefixes = tuple(selection.get("tagPrefixList", ()))
    if unknown := {"tagPatternList", "storageClass"} & set(selection):
        raise InvalidPolicy(f"{min(unknown)} is not emulated by the local AWS.")
    if given["action"] != {"type": "expire"} or kind not in ("imageCountMoreThan", "sinceImagePushed"):
        raise InvalidPolicy(f"{given['action']} by {kind} is not emulated by the local AWS.")
    if selection["tagStatus"] not in ("tagged", "untagged", "any") or bool(prefixes) != (
        selection["tagStatus"] == "tagged"
    ):
        raise InvalidPolicy("tagPrefixList belongs to tagStatus tagged, and to that alone.")
    if selection.get("countUnit") != ("days" if kind == "sinceImagePushed" else None) or selection["countNumber"] < 1:
        raise InvalidPolicy("countUnit is days, for sinceImagePushed alone, and countNumber at least 1.")
    return Rule(int(given["rulePriority"]), selection["tagStatus"], prefixes, kind, int(selection["countNumber"]))
