"""`python -m standins COMMAND`: start a stand-in; each has its own --help."""

import sys
from importlib import import_module

COMMANDS = {
    "aws": "the local AWS: MiniStack with CodePipeline, CodeBuild and Elastic Beanstalk",
    "slack": "a Slack workspace with one channel, and the mailbox of the local AWS",
    "connections": "authorises the pending connections of the local AWS, as a person does in the console",
    "docker": "one docker command, as a build of the local AWS runs it",
    "permissions": "which permissions a deployment to Elastic Beanstalk needs, which ones a run has not used",
}
USAGE = "usage: python -m standins COMMAND [OPTIONS]\n\n" + "\n".join(
    f"  {name:<12} {purpose}" for name, purpose in COMMANDS.items()
)


def main() -> int:
    """Run a command with the arguments after its name, and return its exit code."""
    name, *arguments = sys.argv[1:] or [""]
    if name not in COMMANDS:
        print(USAGE, file=sys.stdout if name in ("-h", "--help") else sys.stderr)
        return 0 if name in ("-h", "--help") else 2
    # Imported late: each stand-in has requirements of its own.
    return int(import_module(f"standins.{name}.__main__").main(arguments) or 0)


if __name__ == "__main__":
    sys.exit(main())
