"""The actions that a release passes in an existing pipeline: what builds it, staging, the approvals, production."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.attached.definition import Action
from slipway.errors import DiscoveryFailed


@dataclass(frozen=True, slots=True)
class Route:
    """The actions that a release passes, in order."""

    builds: list[Action]
    staging: Action
    approvals: list[Action]
    production: Action


def find(name: str, actions: list[Action], *, staging_deploy: str, approval: str, production_deploy: str) -> Route:
    """Return the route through a pipeline, by its actions; raises DiscoveryFailed.

    What the operator names, as `Stage/Action`, is taken; what is empty is found.
    """
    production = _production(name, actions, production_deploy)
    approvals = _approvals(name, actions, production, approval)
    staging = _staging(name, actions, approvals, staging_deploy)
    if not approval:
        approvals = [one for one in approvals if one.position > staging.position]
    between = [one for one in approvals if staging.position < one.position < production.position]
    if not approvals or between != approvals:
        asked = ", ".join(one.id for one in approvals) or "no approval"
        raise DiscoveryFailed(
            f"{name} does not run {staging.id} (staging), {asked} and {production.id} (production) one after the "
            "other: name them by StagingDeploy, Approval and ProductionDeploy."
        )
    builds = [one for one in actions if one.category in ("Build", "Compute") and one.position < staging.position]
    if not builds:
        raise DiscoveryFailed(f"{name} builds nothing before {staging.id}: Slipway follows a build to staging.")
    return Route(builds, staging, approvals, production)


def _production(name: str, actions: list[Action], named: str) -> Action:
    """Return the action that deploys to production: the one named, or the last deployment; raises DiscoveryFailed."""
    if named:
        return _deploy_named(name, actions, named, "ProductionDeploy")
    deploys, last = _deploys(actions), [action for action in actions if action.is_a("Deploy")][-1:]
    if last and last[0] not in deploys:
        raise DiscoveryFailed(
            f"{name} deploys last with {last[0].provider} ({last[0].id}): Slipway tests and follows deployments to "
            "Elastic Beanstalk only. If production is one of those, name it by ProductionDeploy."
        )
    if not deploys:
        raise DiscoveryFailed(f"{name} deploys nothing: Slipway needs staging and production on Elastic Beanstalk.")
    return deploys[-1]


def _approvals(name: str, actions: list[Action], production: Action, named: str) -> list[Action]:
    """Return the approvals that Slipway answers: those named, or all before production; raises DiscoveryFailed."""
    if named:
        found = [_action_named(name, actions, one.strip(), "Approval") for one in named.split(",")]
        if other := next((one for one in found if not one.is_a("Approval", "Manual")), None):
            raise DiscoveryFailed(f"{other.id} is no manual approval: name one by Approval.")
        return sorted(found, key=lambda approval: approval.position)
    found = [one for one in actions if one.is_a("Approval") and one.position < production.position]
    if not found:
        raise DiscoveryFailed(
            f"{name} has no manual approval before {production.id}: Slipway holds a release there until it is tested "
            "and answered. Add one."
        )
    return found


def _staging(name: str, actions: list[Action], approvals: list[Action], named: str) -> Action:
    """Return the action that deploys to staging: the one named, or the last before the last approval."""
    if named:
        return _deploy_named(name, actions, named, "StagingDeploy")
    before = [one for one in _deploys(actions) if one.position < approvals[-1].position]
    if not before:
        raise DiscoveryFailed(
            f"{name} deploys nothing to Elastic Beanstalk before {approvals[-1].id}: there is no staging to test."
        )
    return before[-1]


def _deploys(actions: list[Action]) -> list[Action]:
    """Return the actions that deploy to Elastic Beanstalk."""
    return [action for action in actions if action.is_a("Deploy", "ElasticBeanstalk")]


def _deploy_named(name: str, actions: list[Action], wanted: str, parameter: str) -> Action:
    """Return the deployment to Elastic Beanstalk with the id `wanted`; raises DiscoveryFailed."""
    found = _action_named(name, actions, wanted, parameter)
    if not found.is_a("Deploy", "ElasticBeanstalk"):
        raise DiscoveryFailed(
            f"{wanted} is a {found.category} with {found.provider}: {parameter} has to be a deployment to Elastic "
            "Beanstalk."
        )
    return found


def _action_named(name: str, actions: list[Action], wanted: str, parameter: str) -> Action:
    """Return the action with the id `wanted`, which a parameter names; raises DiscoveryFailed."""
    for action in actions:
        if action.id == wanted:
            return action
    known = ", ".join(action.id for action in actions)
    raise DiscoveryFailed(f"{name} has no action {wanted}: let {parameter} be one of {known}.")
