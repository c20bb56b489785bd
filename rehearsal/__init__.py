"""Plays a whole story of releases on a local AWS; no part of what is deployed."""
