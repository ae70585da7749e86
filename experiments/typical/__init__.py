"""Typical cases: a few firms and a basin followed through both worlds, told as short histories."""
