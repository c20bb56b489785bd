"""The mails about a release, as plain text."""
