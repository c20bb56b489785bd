"""What can be done from a terminal: a module for each command."""
