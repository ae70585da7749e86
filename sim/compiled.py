"""The one decorator of compiled rules and passes.

``error_model="numpy"`` because the zero-division check alone stops vectorisation; no fast-math flag, ever:
results must have the same bits whichever way the compiler goes. With ``NUMBA_DISABLE_JIT=1`` the same
source runs as plain Python.
"""

import numba

from sim.code import cache_folder

numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]

JIT = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]

compiled = numba.njit(cache=True, error_model="numpy", nogil=True)

# for the few small functions that dense passes need inside their loops to be vectorised
inlined = numba.njit(cache=True, error_model="numpy", nogil=True, forceinline=True)


def compiled_for(signature: str):
    """The decorator for a function that is called with many kinds of integers: compiled once, for these."""
    return numba.njit(signature, cache=True, error_model="numpy", nogil=True)


# for a function that stands for its text: written into its caller, never compiled by itself
written_in = numba.njit(inline="always")
