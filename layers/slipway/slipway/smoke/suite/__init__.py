"""Suites and golden sets as their authors write them, read with every mistake explained."""
