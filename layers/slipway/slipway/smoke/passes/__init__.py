"""The passes over a service: golden inputs and latency, each input sent once to each side."""
