"""Elastic Load Balancing: the load balancer that Elastic Beanstalk made for an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client

PLAIN_PORT = 80


def plain_listener(address: str, client: ElasticLoadBalancingv2Client | None = None) -> str:
    """Return the ARN of the listener on port 80 of the load balancer with a DNS name; raises LookupError."""
    balancing: ElasticLoadBalancingv2Client = client or boto3.client("elbv2")
    listeners = balancing.describe_listeners(LoadBalancerArn=_named(balancing, address))["Listeners"]
    for listener in listeners:
        if listener["Port"] == PLAIN_PORT:
            return listener["ListenerArn"]
    raise LookupError(f"The load balancer {address} does not listen on port {PLAIN_PORT}.")


def _named(client: ElasticLoadBalancingv2Client, address: str) -> str:
    """Return the ARN of the load balancer with a DNS name; a request for one takes its own name, which nobody knows."""
    for page in client.get_paginator("describe_load_balancers").paginate():
        for balancer in page["LoadBalancers"]:
            if balancer["DNSName"].casefold() == address.casefold():
                return balancer["LoadBalancerArn"]
    raise LookupError(f"No load balancer of this account and region has the DNS name {address}.")
