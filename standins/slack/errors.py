"""The one error of the stand-in: what Slack would answer instead."""


class SlackError(Exception):
    """A request Slack would refuse: its error code, and the faults it would name.

    `messages` are sentences such as "must be less than 151 characters [json-pointer:/blocks/0/text/text]".
    """

    def __init__(self, code: str, *messages: str) -> None:
        super().__init__(": ".join([code, *messages[:1]]))
        self.code = code
        self.messages = messages

    def answer(self) -> dict[str, object]:
        """Return the body Slack sends with status 200."""
        refusal: dict[str, object] = {"ok": False, "error": self.code}
        if self.messages:
            refusal["errors"] = list(self.messages)
            refusal["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return refusal
