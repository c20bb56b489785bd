"""E-mails about a release, as plain text, and the subscriptions that receive them.

In: a release and the approvers. Out: mails through the port `Mail`, each sent once per person and occasion.
"""
