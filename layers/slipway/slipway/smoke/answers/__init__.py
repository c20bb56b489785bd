"""Reading a service's answers and comparing them with what a suite expects."""
