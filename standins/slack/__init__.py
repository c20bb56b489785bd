"""A stand-in for Slack, as strict as Slack, and a mailbox: what people see of an application on a local AWS."""
