"""Smoke tests: suites as data, run against a service over HTTP, leaving evidence."""
