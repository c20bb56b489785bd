"""ARNs of what Beanstalk has."""

from standins.aws import registry


def environment_arn(application_name: str, name: str) -> str:
    """The ARN of an environment."""
    return registry.arn("elasticbeanstalk", f"environment/{application_name}/{name}")


def version_arn(application_name: str, label: str) -> str:
    """The ARN of an application version."""
    return registry.arn("elasticbeanstalk", f"applicationversion/{application_name}/{label}")


def platform_arn(name: str) -> str:
    """The ARN of a solution stack, which belongs to no account."""
    partition, service, region = registry.arn("elasticbeanstalk", "").split(":")[1:4]
    return f"arn:{partition}:{service}:{region}::solutionstack/{name}"


def template_arn(application_name: str, name: str) -> str:
    """The ARN of a configuration template."""
    return registry.arn("elasticbeanstalk", f"configurationtemplate/{application_name}/{name}")
