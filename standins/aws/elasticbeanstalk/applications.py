"""Elastic Beanstalk's operations on applications and their versions."""

from typing import Any

from standins.aws.elasticbeanstalk import bundles, records
from standins.aws.elasticbeanstalk.records import Application, Version
from standins.aws.wire import AwsError, Request


def create_application(request: Request) -> dict[str, Any]:
    """A new application, under a name that is free."""
    name = request["ApplicationName"]
    if name in records.applications:
        raise AwsError("InvalidParameterValue", f"Application {name} already exists.")
    records.applications[name] = Application(name, request.get("Description", ""))
    return {"Application": records.applications[name].describe()}


def describe_applications(request: Request) -> dict[str, Any]:
    """The named applications, or all."""
    names = request.get("ApplicationNames") or list(records.applications)
    return {"Applications": [records.applications[n].describe() for n in names if n in records.applications]}


def delete_application(request: Request) -> None:
    """Forget an application that has no environment."""
    name = request["ApplicationName"]
    running = [e.name for e in records.environments.values() if e.application == name and e.status != "Terminated"]
    if running:
        reason = f"Unable to delete application {name} because it has a running environment: {running[0]}"
        raise AwsError("OperationInProgressFailure", reason)
    records.applications.pop(name, None)


def create_application_version(request: Request) -> dict[str, Any]:
    """A new label for a bundle that must exist and must not be too large."""
    name, label = request["ApplicationName"], request["VersionLabel"]
    if request.get("AutoCreateApplication") and name not in records.applications:
        create_application({"ApplicationName": name})
    application = records.application(name)
    if label in application.versions:
        raise AwsError("InvalidParameterValue", f"Application Version {label} already exists.")
    bundle = request.get("SourceBundle") or {}
    if not bundle.get("S3Bucket") or not bundle.get("S3Key"):
        raise AwsError("InvalidParameterCombination", "Name a source bundle; the local AWS has no sample application.")
    bundles.check(bundle["S3Bucket"], bundle["S3Key"])
    version = Version(name, label, bundle["S3Bucket"], bundle["S3Key"], request.get("Description", ""))
    application.versions[label] = version
    return {"ApplicationVersion": version.describe()}


def describe_application_versions(request: Request) -> dict[str, Any]:
    """The versions of one application or of all, the newest first."""
    name, labels = request.get("ApplicationName"), request.get("VersionLabels")
    chosen = [records.application(name)] if name else list(records.applications.values())
    found = [version for application in chosen for version in application.versions.values()]
    wanted = [version for version in found if not labels or version.label in labels]
    return {"ApplicationVersions": [version.describe() for version in reversed(wanted)]}


def delete_application_version(request: Request) -> None:
    """Forget a version that no environment runs."""
    name, label = request["ApplicationName"], request["VersionLabel"]
    if any(e.version == label and e.status != "Terminated" for e in records.environments.values()):
        reason = f"Unable to delete application version {label} because it is deployed to a running environment."
        raise AwsError("SourceBundleDeletionFailure", reason)
    records.application(name).versions.pop(label, None)
