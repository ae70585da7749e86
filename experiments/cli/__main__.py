"""``python -m experiments.cli``: the command without its installation."""

from experiments.cli import main

main()
