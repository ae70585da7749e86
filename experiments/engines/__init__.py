"""Where worlds run."""
