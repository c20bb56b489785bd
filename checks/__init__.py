"""Proofs that need no AWS: what is checked of the templates, and that each check finds what it is for."""
