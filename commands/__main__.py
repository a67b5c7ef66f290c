"""``python -m commands`` is ``matinee``."""

from commands.main import main

main()
