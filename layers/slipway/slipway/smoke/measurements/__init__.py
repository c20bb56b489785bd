"""Measurements: golden inputs and latency, each request sent once to each service, and counted."""
