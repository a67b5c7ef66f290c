"""The operator's desk: the reports as pages, lists and files."""
