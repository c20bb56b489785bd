"""People see pages and press buttons: Slack requests, review, history, signed links."""
