"""Loaded by workers of a Dask cluster when they start: a Ctrl-C of the terminal is for the command, which
then ends them."""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
