"""What can go wrong, in one sentence each."""


class UnusableModel(Exception):
    """The candidate cannot be served: the sentence names the file and the cure."""


class Refused(Exception):
    """A request that cannot be answered, with the HTTP status that says so."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
