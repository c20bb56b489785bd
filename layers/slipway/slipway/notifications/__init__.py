"""People are told: one Slack card a release, its thread, and e-mails, from the ledger."""
