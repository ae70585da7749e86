"""Benchmarks: how long a world takes, phase by phase, beside the plain reference model."""
