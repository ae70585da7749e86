"""The decorators of compiled rules and passes.

``error_model="numpy"`` because the zero-division check alone stops vectorisation; no fast-math flag, ever:
results must have the same bits whichever way the compiler goes. With ``NUMBA_DISABLE_JIT=1`` the same
source runs as plain Python.
"""

import importlib
from typing import Any

import numba
from numba.core.codegen import get_host_cpu_features
from numba.core.registry import CPUDispatcher
from numba.extending import intrinsic
from numba.np import linalg

from sim.code import cache_folder

numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


def _no_blas() -> None:
    raise ImportError("rules use no linear algebra")


# numba asks once whether there is any, which loads scipy: a quarter of the time to load the simulation
_ensure_blas, linalg.ensure_blas = linalg.ensure_blas, _no_blas
importlib.import_module("numba.np.arraymath")
linalg.ensure_blas = _ensure_blas

JIT = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]

OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}
compiled = numba.njit(cache=True, **OPTIONS)

# for the few small functions that dense passes need inside their loops to be vectorised
inlined = numba.njit(cache=True, forceinline=True, **OPTIONS)


class Fixed(CPUDispatcher):
    """A function of one signature, compiled when first needed (numba would, where it is defined)."""

    only = ""

    def compile(self, signature):
        if self._can_compile:  # type: ignore[attr-defined]
            super().compile(self.only)
            self.disable_compile()
        (found,) = self.overloads.values()
        return found.entry_point  # type: ignore[attr-defined]


def compiled_for(signature: str):
    """The decorator for a function that is called with many kinds of integers: compiled once, for these."""

    def decorate(function):
        if not JIT:
            return function
        fixed = Fixed(function, targetoptions={"nopython": True, "boundscheck": None, **OPTIONS})
        fixed.only = signature
        fixed.enable_caching()
        return fixed

    return decorate


def address_of(function, signature) -> int:
    """Address of the machine code of a compiled function, which is compiled if need be."""
    function.compile(signature)
    found = function.overloads[signature]
    return found.library.get_pointer_to_function(found.fndesc.llvm_func_name)


def call_by_name(phase, w, t):
    """Calls the phase itself."""
    phase(w, t)


def call_at_address(typingctx, address, w, t):
    """Numba's way to call what stands at an address: as it calls any compiled function of (w, t)."""

    def generate(context, builder, signature, args):
        convention, kinds = context.call_conv, signature.args[1:]
        function = convention.get_function_type(numba.none, kinds)
        phase = builder.inttoptr(args[0], function.as_pointer())
        status, nothing = convention.call_function(builder, phase, numba.none, kinds, args[1:])
        with builder.if_then(status.is_error, likely=False):
            convention.return_status_propagate(builder, status)
        return nothing

    return numba.none(address, w, t), generate


# ``call_phase(phase, w, t)``, the phase given by its address where there is compiled code
call_phase: Any = intrinsic(call_at_address) if JIT else call_by_name


def ask_for_wide_vectors(typingctx):
    """Numba's way to say how wide the vectors of the function that is being compiled may be."""

    def generate(context, builder, signature, args):
        if "+avx512vbmi2" in get_host_cpu_features().split(","):
            asked = builder.function.attributes
            asked.add("noinline")  # or it would be as wide as its caller
            set.add(asked, '"prefer-vector-width"="512"')  # llvmlite itself takes no attribute with a value
        return context.get_dummy_value()

    return numba.none(), generate


# ``wide_vectors()`` at the head of a dense pass: LLVM takes half of the width of AVX-512, since the first
# processors that had it slowed down; those that have VBMI2 too do not. Short loops gain nothing by it. No bit
# hangs on the width, since what is done side by side is done for each firm by itself
wide_vectors: Any = intrinsic(ask_for_wide_vectors) if JIT else lambda: None
