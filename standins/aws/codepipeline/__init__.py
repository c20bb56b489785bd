"""CodePipeline V2 for the local AWS, as far as Slipway uses it; what is missing refuses with "not emulated"."""


def register() -> None:
    """Put CodePipeline into MiniStack's registries."""
    # Only here: the rules, and their tests, work without MiniStack.
    from standins.aws.codepipeline import wiring

    wiring.register()
