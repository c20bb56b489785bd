"""The card of a release, as blocks of Slack's Block Kit, and the messages in its thread.

`card` puts the blocks together: `header`, the facts, `actions` (buttons) and `context` (times). `mrkdwn` escapes and
cuts text; `modal` asks for a reason. In: a release. Out: JSON for Slack, sent by `notifier` through the port `Chat`.
"""
