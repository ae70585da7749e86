"""Designs over factors, their worlds in the store, and what they say: indices, convergence, boxes, regret.

For notebooks, all with the words of the commands: ``experiments.sensitivity.notebook``.
"""
