"""Tells people about releases: one Slack card per release, the thread below it, and e-mails.

In: the ledger alone, so that a message can be sent again at any time. Out: calls of the ports `Chat` and `Mail`.
Called by `functions/announce` (ledger stream and schedule); `web` uses the modal and the markup of Slack.
"""
