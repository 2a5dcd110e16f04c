"""`python -m kommunalnews` → the command line."""

from kommunalnews.cli import main

if __name__ == "__main__":  # worker processes import this module again: they must not start the program
    main()
