"""Runs, many of them: what to run, running it, keeping it, and what it says."""
