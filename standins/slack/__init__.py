"""A stand-in for Slack, as strict as Slack, and a mailbox: what people see during a rehearsal."""
