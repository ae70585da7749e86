"""Compiles a function of the simulation, and all that it calls, as one piece of machine code.

Numba makes every compiled function ready to be called from Python: a wrapper, optimised code of its own, a
file in the folder of compiled code; each caller takes a copy of that code and optimises it again. But most
rules are only ever called by a phase. Here they are parts, whose code waits as it was first written down
until the phase takes it in; what comes out is optimised, put down and kept once. That halves the work, and
what is left shrinks by not asking numba the same thing twice (``resolved``, ``option_values``). No bit
depends on it: nothing here reorders arithmetic.

Only ``sim.warm`` compiles so, in processes of its own; what it leaves in the folder is what numba itself
reads later. It changes the inside of numba, whose versions are therefore bounded in pyproject.toml.
"""

import gc
import re
from functools import cache

from llvmlite import binding
from numba.core import (
    base,
    caching,
    cgutils,
    codegen,
    cpu,
    dispatcher,
    ir,
    lowering,
    postproc,
    targetconfig,
    transforms,
    types,
)
from numba.core.registry import cpu_target

# what numba does where a function is not a part
compile_whole = dispatcher.Dispatcher.compile
add_whole = dispatcher.Dispatcher.add_overload
make_executable = cpu.CPUContext.get_executable
wrap_for_python = lowering.Lower.create_cpython_wrapper
load_whole = caching.Cache.load_overload
save_whole = caching.Cache.save_overload
resolve = types.BaseFunction.get_call_type
note_lifetimes = postproc.PostProcessor.run
measure = base.BaseContext.get_abi_sizeof

# the line that declares the environment of a function: objects of Python for what is not static, as to print
ENVIRONMENT = re.compile(r'^(@"?(_ZN08NumbaEnv[^"\s]*)"? = .*)$', re.MULTILINE)

asked: list[dispatcher.Dispatcher] = []  # functions being compiled, each for the sake of the one before
defaults: dict[type, dict] = {}  # options of a compilation, by their kind
sizes: dict[str, int] = {}  # bytes of LLVM's types, by their text
known: dict = {}  # signatures of calls of numba's own functions, by the types of their arguments


class Part(codegen.JITCodeLibrary):
    """The code of one function; put together with all that it calls once its address is asked for."""

    def add_ir_module(self, ir_module):
        text = cgutils.normalize_ir_text(str(ir_module))
        for line, name in ENVIRONMENT.findall(text):
            if text.count(name) == 1:
                text = text.replace(line, "")  # declared, not used; to load it with the code would take time
        module = binding.parse_assembly(text)
        module.data_layout = self._codegen._data_layout
        self._final_module.link_in(module)

    def add_linking_library(self, library):
        self._linking_libraries.append(library)

    def _ensure_finalized(self):
        """Not before somebody asks for the address."""

    def get_pointer_to_function(self, name):
        if not self._finalized:
            self._linking_libraries = self.called()
            self.finalize()
        return super().get_pointer_to_function(name)

    def called(self) -> list[codegen.CodeLibrary]:
        """All that it calls, directly or not, each once and before what it calls itself: LLVM takes in only
        what something calls that is there already."""
        order, seen = [], set()

        def visit(library):
            if library not in seen:
                seen.add(library)
                for callee in [] if library._finalized else library._linking_libraries:
                    visit(callee)
                order.append(library)

        visit(self)
        return order[-2::-1]


def is_part() -> bool:
    """Whether what is compiled now is for another function only."""
    return len(asked) > 1


def compile_function(self, signature):
    """Compiles a function; again and whole if it is only known as a part and now called from Python."""
    asked.append(self)
    try:
        if not is_part():
            for arguments, found in list(self.overloads.items()):
                if not found.library._finalized:
                    del self.overloads[arguments]
        return compile_whole(self, signature)
    finally:
        asked.pop()


def add_overload(self, result):
    """Only whole functions can be called from Python."""
    if is_part():
        self.overloads[tuple(result.signature.args)] = result
    else:
        add_whole(self, result)


def never_mind(self, val=True):
    """What is known as a part may have to be compiled again."""


def get_executable(self, library, fndesc, env):
    """Machine code of whole functions; of a part something that stands for it."""
    return object() if is_part() else make_executable(self, library, fndesc, env)


def create_cpython_wrapper(self, release_gil=False):
    """For whole functions only."""
    if not is_part():
        wrap_for_python(self, release_gil)


def create_cfunc_wrapper(self):
    """Nobody calls the simulation from C."""


def load_overload(self, signature, context):
    """A part is not looked up in the folder."""
    return None if is_part() else load_whole(self, signature, context)


def save_overload(self, signature, result):
    """Nor kept there."""
    if not is_part():
        save_whole(self, signature, result)


def resolved(self, context, args, kws):
    """The signature with which a function of numba's is called, found once for the same types and options."""
    flags = targetconfig.ConfigStack.top_or_none()
    options = flags and (flags.forceinline, flags.error_model)
    key = (id(self), tuple(args), tuple(kws.items()), options)
    if key not in known:
        known[key] = (resolve(self, context, args, kws), self)  # itself too: its id may not be used again
    return known[key][0]


def get_abi_sizeof(self, kind):
    """Bytes of a type, for which numba has a module of code read each time."""
    name = str(kind)
    if name not in sizes:
        sizes[name] = measure(self, kind)
    return sizes[name]


def option_values(self):
    """All options of a compilation, by name."""
    kind = type(self)
    if kind not in defaults:
        defaults[kind] = {name: option.default for name, option in kind.options.items()}
    return defaults[kind] | self._values


def variables_in(self, value):
    """The variables in an instruction: what is asked most often."""
    kind = type(value)
    if kind is ir.Var:
        return [value]
    if kind is str or kind is ir.Loc:
        return []
    if kind is dict:
        return [found for v in value.values() for found in variables_in(self, v)]
    if kind is list or kind is tuple:
        return [found for v in value for found in variables_in(self, v)]
    return value.list_vars() if isinstance(value, ir.Inst) else []


def find_lifetimes(self, emit_dels=False, extend_lifetimes=False):
    """Where variables begin and end is asked after each step, of use only where it is to be written down."""
    if emit_dels or self.func_ir.is_generator:
        note_lifetimes(self, emit_dels, extend_lifetimes)
    else:
        self.func_ir.blocks = transforms.canonicalize_cfg(self.func_ir.blocks)
        self.func_ir.generator_info = None


CHANGES = (
    (postproc.PostProcessor, "run", find_lifetimes),
    (dispatcher.Dispatcher, "compile", compile_function),
    (dispatcher.Dispatcher, "add_overload", add_overload),
    (dispatcher.Dispatcher, "disable_compile", never_mind),
    (cpu.CPUContext, "get_executable", get_executable),
    (base.BaseContext, "get_abi_sizeof", get_abi_sizeof),
    (lowering.Lower, "create_cpython_wrapper", create_cpython_wrapper),
    (lowering.Lower, "create_cfunc_wrapper", create_cfunc_wrapper),
    (caching.Cache, "load_overload", load_overload),
    (caching.Cache, "save_overload", save_overload),
    (types.BaseFunction, "get_call_type", resolved),
    (types.Record, "__repr__", cache(types.Record.__repr__)),
    (targetconfig.TargetConfig, "values", option_values),
    (targetconfig.TargetConfig, "__hash__", lambda self: len(self._values)),
    (ir.Inst, "_rec_list_vars", variables_in),
)


def begin() -> None:
    """From here on this process compiles so."""
    gc.disable()  # to look for the cycles that a compilation leaves takes a tenth of the time
    binding.ffi.lib._lock._cblist.clear()  # clocks around each call of LLVM
    target = cpu_target.target_context
    target.refresh()  # what numba itself needs at run time is laid out in its own way
    target.codegen()._library_class = Part
    for kind, name, function in CHANGES:
        setattr(kind, name, function)
