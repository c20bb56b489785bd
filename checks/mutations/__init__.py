"""Plausible mistakes in the templates, the bundle or the account, and the check that stops each before AWS does."""
