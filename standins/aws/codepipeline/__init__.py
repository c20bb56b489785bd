"""CodePipeline V2 for the local AWS, as standins/README.md lists it; everything else is refused with "not emulated"."""


def register() -> None:
    """Put CodePipeline into MiniStack's registries."""
    # Only here: the rules, and their tests, work without MiniStack.
    from standins.aws.codepipeline import wiring

    wiring.register()
