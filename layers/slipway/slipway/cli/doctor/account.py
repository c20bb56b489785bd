"""What an account needs before anything is deployed to it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from slipway.adapters.beanstalk import docker_platforms
from slipway.cli.doctor.finding import Finding, note, ok, problem

FEW_CONCURRENT = 10  # what a new account has
BUILDS = {"arm64": "ARM", "x86_64": "Linux"}  # in the names of CodeBuild's quotas


def credentials(session: boto3.Session) -> Iterator[Finding]:
    """Yield a finding: whether there are credentials, and whose."""
    try:
        caller = session.client("sts", region_name=session.region_name or "us-east-1").get_caller_identity()
    except (BotoCoreError, ClientError) as error:  # none, expired, or of no account that answers
        cure = "Sign in (aws sso login, or aws configure), or name a profile with --profile."
        yield problem("credentials", f"AWS does not take your credentials: {error}", cure)
        return
    yield ok("credentials", f"{caller['Arn']} in account {caller['Account']}")


def region(session: boto3.Session) -> Iterator[Finding]:
    """Yield a finding: whether a region is chosen."""
    if session.region_name:
        yield ok("region", session.region_name)
    else:
        yield problem("region", "No region is chosen.", "Set AWS_REGION, or name one with --region.")


def network(session: boto3.Session, vpc: str = "", subnets: str = "") -> Iterator[Finding]:
    """Yield a finding: whether there are subnets in two zones, as a load balancer needs, in `vpc` or the default."""
    if vpc:
        yield from _named_network(session, vpc, subnets.split(","))
    else:
        yield from _default_network(session)


def _named_network(session: boto3.Session, vpc: str, wanted: list[str]) -> Iterator[Finding]:
    """Yield a finding: whether the wanted subnets are in a VPC, and in two zones."""
    found = session.client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    zones = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in found}
    if missing := [subnet for subnet in wanted if subnet not in zones]:
        cure = "Name subnets of VpcId as LoadBalancerSubnets."
        yield problem("network", f"{vpc} has no subnet {', '.join(missing)} in this region.", cure)
    elif len({zones[subnet] for subnet in wanted}) < 2:
        cure = "Name public subnets in two zones or more as LoadBalancerSubnets."
        yield problem("network", f"{', '.join(wanted)} are in one zone; a load balancer wants two.", cure)
    else:
        yield ok("network", f"{vpc} with subnets in {', '.join(sorted({zones[subnet] for subnet in wanted}))}")


def certificate(session: boto3.Session, arn: str) -> Iterator[Finding]:
    """Yield a finding: whether production's certificate is issued."""
    found = session.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    if found["Status"] == "ISSUED":
        yield ok("certificate", f"of {found['DomainName']}")
        return
    cure = "Certificate Manager in the console says what it waits for, mostly a DNS record."
    yield problem("certificate", f"The certificate of {found['DomainName']} is {found['Status']}.", cure)


def _default_network(session: boto3.Session) -> Iterator[Finding]:
    """Yield a finding: whether there is a default VPC with public subnets in two zones."""
    ec2 = session.client("ec2")
    vpcs = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    if not vpcs:
        cure = "Make one (aws ec2 create-default-vpc), or name one of yours by VpcId and its subnets."
        yield problem("network", "The account has no default VPC in this region, and the environments run there.", cure)
        return
    vpc = vpcs[0]["VpcId"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    zones = sorted({subnet["AvailabilityZone"] for subnet in subnets if subnet["MapPublicIpOnLaunch"]})
    if len(zones) < 2:
        cure = "Make default subnets in two zones: aws ec2 create-default-subnet --availability-zone ZONE."
        yield problem("network", f"{vpc} has public subnets in {len(zones)} zone(s); a load balancer wants two.", cure)
        return
    yield ok("network", f"{vpc} with subnets in {', '.join(zones)}")


def platform(session: boto3.Session, chosen: str = "") -> Iterator[Finding]:
    """Yield a finding: whether the Docker platform is there; `chosen` is the one that a deployment names."""
    offered = docker_platforms(session.client("elasticbeanstalk"))
    if not offered:
        cure = "Choose another region."
        yield problem("platform", "Elastic Beanstalk offers no Docker platform on Amazon Linux 2023 here.", cure)
        return
    newest = offered[0]
    if chosen and chosen not in offered:
        yield problem("platform", f"'{chosen}' is not offered (any more).", f"Take SolutionStackName='{newest}'.")
    elif chosen and chosen != newest:
        yield ok("platform", f"{chosen}; the newest is {newest}")
    else:
        yield ok("platform", newest)


def functions_quota(session: boto3.Session) -> Iterator[Finding]:
    """Yield a finding: whether enough functions may run at a time."""
    limits = session.client("lambda").get_account_settings()["AccountLimit"]
    concurrent = limits["ConcurrentExecutions"]
    if concurrent <= FEW_CONCURRENT:
        cure = "Ask for 1,000: Service Quotas, AWS Lambda, Concurrent executions. Leave WebConcurrency at 0 until then."
        yield note("functions", f"The account runs at most {concurrent} functions at a time; many uploads wait.", cure)
        return
    yield ok("functions", f"{concurrent:,} at a time")


def builds_quota(session: boto3.Session, architecture: str = "") -> Iterator[Finding]:
    """Yield a finding: whether the account may run a build; a new one may have a quota of none."""
    kind = f"Concurrently running builds for {BUILDS.get(architecture, BUILDS['x86_64'])}/"
    quotas = session.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode="codebuild")
    sizes = {
        quota["QuotaName"].removeprefix(kind): int(quota["Value"])
        for page in quotas
        for quota in page["Quotas"]
        if quota["QuotaName"].startswith(kind)
    }
    none = sorted(name for name, value in sizes.items() if value == 0 and name.startswith("Small"))
    if none:
        cure = f"Ask for one or more: Service Quotas, AWS CodeBuild, {kind}Small."
        yield problem("builds", "The account may run no build (a new account's limit is 0).", cure)
        return
    yield ok("builds", f"{sizes.get('Small environment', 'some')} at a time")


def connection(session: boto3.Session, arn: str) -> Iterator[Finding]:
    """Yield a finding: whether the connection to the source repository was authorised."""
    found = session.client("codeconnections").get_connection(ConnectionArn=arn)["Connection"]
    if found["ConnectionStatus"] == "AVAILABLE":
        yield ok("connection", f"{found['ConnectionName']} to {found.get('ProviderType', 'a provider')}")
        return
    region = session.region_name
    console = f"https://console.aws.amazon.com/codesuite/settings/connections?region={region}"
    cure = f"Authorise it once: open {console}, choose {found['ConnectionName']}, Update pending connection."
    waits = f"{found['ConnectionName']} is {found['ConnectionStatus']}: no release gets its source."
    yield problem("connection", waits, cure)
