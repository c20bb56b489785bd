"""Starts the local AWS on 127.0.0.1: MiniStack and the services it lacks, in one process.

Reads GATEWAY_PORT, AUTH, AWS_DEFAULT_REGION, REHEARSAL_DIR, SOURCE_DIR, INSTANCE_PORTS, SERVICE_TOOLS and CONSOLE_URL.
Ends on SIGTERM or SIGINT.
"""

import os
from importlib import import_module

# MiniStack reads its settings while it is imported. Its listeners for IoT and SFTP would bind fixed ports.
os.environ |= {"BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
os.environ.setdefault("MINISTACK_REGION", os.environ.get("AWS_DEFAULT_REGION", "us-east-1"))

SERVICES = ("codepipeline", "codebuild", "elasticbeanstalk", "function_urls", "mail_rules", "mailbox")


def main() -> None:
    """Register every service of ours, then serve until told to end."""
    from ministack import app

    from standins.aws import events, layers, ranges

    events.install()
    layers.install()
    ranges.install()
    for name in SERVICES:
        import_module(f"standins.aws.{name}").register()
    app.main()


if __name__ == "__main__":
    main()
