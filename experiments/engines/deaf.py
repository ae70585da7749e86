"""Loaded by workers of a Dask cluster when they start: a Ctrl-C of the terminal, or its end, is for the
command, which then ends them."""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
