"""One module per function: `build()` returns the object that does the function's work, made once and kept.

A module imports all that its function needs: Lambda imports it in its init phase, with a whole processor. Clients are
made by the first `build()`, so that importing a function needs neither a region nor an environment variable.
"""
