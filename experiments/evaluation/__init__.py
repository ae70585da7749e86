"""Would we know? Designs of evaluation, each given what an evaluator sees of one simulated world, scored
against what the pair of worlds knows exactly."""
