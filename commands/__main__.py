"""``python -m commands`` is ``matinee``."""

from commands.main import main

if __name__ == "__main__":  # granian starts its workers by importing this module anew
    main()
