"""The command line: ``matinee``, with one module a command."""
