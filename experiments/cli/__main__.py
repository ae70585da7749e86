"""``python -m experiments.cli``: the command without its installation."""

from experiments.cli import main

if __name__ == "__main__":  # processes that start from this one import it again
    main()
