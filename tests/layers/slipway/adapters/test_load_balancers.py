"""The listener of Elastic Beanstalk's load balancer is found by the environment's address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from slipway.adapters.load_balancers import plain_listener

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client

ADDRESS = "awseb-AWSEB-1X2Y3Z-4567.eu-central-1.elb.amazonaws.com"
BALANCER, LISTENER = "arn:aws:elb:balancer", "arn:aws:elb:listener-80"


@pytest.fixture
def client(aws_environment: None) -> ElasticLoadBalancingv2Client:
    return boto3.client("elbv2")


def answering(client: ElasticLoadBalancingv2Client, *pages: dict[str, Any]) -> Stubber:
    stub = Stubber(client)
    for page in pages:
        stub.add_response("describe_load_balancers", page)
    return stub


def test_the_listener_is_found_among_many_load_balancers(client: ElasticLoadBalancingv2Client) -> None:
    """Also on the second page, and in whichever case the environment writes its address."""
    others = {"LoadBalancers": [{"DNSName": "other.example.com", "LoadBalancerArn": "other"}], "NextMarker": "more"}
    stub = answering(client, others)
    named = {"LoadBalancers": [{"DNSName": ADDRESS, "LoadBalancerArn": BALANCER}]}
    stub.add_response("describe_load_balancers", named, {"Marker": "more"})
    listeners = [{"Port": 443, "ListenerArn": "arn:aws:elb:listener-443"}, {"Port": 80, "ListenerArn": LISTENER}]
    stub.add_response("describe_listeners", {"Listeners": listeners}, {"LoadBalancerArn": BALANCER})
    with stub:
        assert plain_listener(ADDRESS.lower(), client) == LISTENER


def test_a_load_balancer_that_is_not_there_is_said(client: ElasticLoadBalancingv2Client) -> None:
    """The deployment fails with the sentence."""
    with answering(client, {"LoadBalancers": []}), pytest.raises(LookupError, match=f"DNS name {ADDRESS}"):
        plain_listener(ADDRESS, client)


def test_a_load_balancer_without_the_listener_is_said(client: ElasticLoadBalancingv2Client) -> None:
    """It is somebody else's setting then."""
    stub = answering(client, {"LoadBalancers": [{"DNSName": ADDRESS, "LoadBalancerArn": BALANCER}]})
    stub.add_response("describe_listeners", {"Listeners": [{"Port": 443, "ListenerArn": "x"}]})
    with stub, pytest.raises(LookupError, match="does not listen on port 80"):
        plain_listener(ADDRESS, client)
