"""Take one line of access away at a time, in the running program, to see whether the proof of access notices.

A mutant is a function whose code is put back together without one guard: `rows.for_user(user)` becomes `rows.all()`,
a question like `is_closed_to(…)` is answered by "no", `closed_to(…)` by "none", a model's own `for_user()` leaves
nothing out. Nothing is written to disk: the function's code object is exchanged, then given back.
"""

import ast
import importlib
import inspect
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from django.conf import settings

PACKAGES = (
    "households", "appointments", "rights", "housing", "insertion", "abs_reports", "cias/lists", "cias/dashboard",
)  # fmt: skip
# What says which files are closed to somebody, and is asked here.
SOURCE = "households/models/closed.py"
# Methods of querysets that leave out what their reader may not know.
ASKING = {"for_user", "overview"}
# The closed files of somebody, as keys and as a condition, and the question whose "yes" keeps somebody out.
KEYS = {"closed_to", "persons_hidden_from", "closed_keys", "hidden_keys"}
CONDITIONS = {"closed_rows", "closed_households"}
CLOSING = {"is_closed_to", *KEYS, *CONDITIONS}
# A number of sys.monitoring that debuggers, coverage and profilers leave free.
WATCHER = 4


@dataclass(frozen=True)
class Mutant:
    """One guard of one function; `code` is the function without it, `rank` its place among the guards of the file,
    `nth` among those of the function (from 1)."""

    path: str
    line: int
    function: str
    guard: str
    code: CodeType
    rank: int
    nth: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What names it whatever is written above it."""
        return self.path, self.function, self.nth

    @property
    def is_definition(self) -> bool:
        """Whether it stands in the model's own `for_user()`, rather than where that one is called."""
        return self.function.rpartition(".")[2] in ASKING

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.function}() without {self.guard}"


class _Remove(ast.NodeTransformer):
    """Takes the guards of these numbers away; `seen` counts them."""

    def __init__(self, wanted: Container[int]) -> None:
        self.wanted, self.seen, self.removed = wanted, -1, ""
        self.line, self.defining = 0, 0

    def _is_wanted(self, node: ast.AST, guard: str) -> bool:
        self.seen += 1
        if self.seen in self.wanted:
            self.removed, self.line = guard, getattr(node, "lineno", 0)
        return self.seen in self.wanted

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = node.func
        if isinstance(called, ast.Attribute):
            if called.attr in ASKING and (node.args or node.keywords) and self._is_wanted(node, called.attr):
                return ast.Call(ast.Attribute(called.value, "all", ast.Load()), [], [])
        # Within `for_user()` what is closed is the very thing that it leaves out.
        elif (
            isinstance(called, ast.Name)
            and called.id in CLOSING
            and not self.defining
            and self._is_wanted(node, called.id)
        ):
            return self._nothing_closed(node, called.id)
        return node

    def _nothing_closed(self, node: ast.Call, name: str) -> ast.AST:
        if name in CONDITIONS:
            none = ast.keyword("pk__in", ast.Tuple([], ast.Load()))
            return ast.Call(ast.Call(ast.Name("type", ast.Load()), [node], []), [], [none])
        return ast.Tuple([], ast.Load()) if name in KEYS else ast.Constant(False)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        is_definition = node.name in ASKING and bool(node.args.args) and node.args.args[0].arg == "self"
        self.defining += is_definition
        self.generic_visit(node)
        self.defining -= is_definition
        if is_definition and self._is_wanted(node, "what it leaves out"):
            everything = ast.Call(ast.Attribute(ast.Name("self", ast.Load()), "all", ast.Load()), [], [])
            # What calls super() closes over its class; the new code must as well, to take the old one's place.
            named = [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]
            kept = [ast.Expr(ast.Name("__class__", ast.Load()))] if "super" in named else []
            node.body = [*kept, ast.Return(everything)]
        return node


def guarded_files() -> list[str]:
    """The files of views, forms, services and querysets that hold a guard, in their order."""
    base = Path(settings.BASE_DIR)
    found = []
    for path in sorted(path for package in PACKAGES for path in (base / package).rglob("*.py")):
        if "migrations" not in path.parts and "management" not in path.parts:
            source, name = path.read_text(encoding="utf-8"), str(path.relative_to(base))
            if name != SOURCE and any(f"{one}(" in source for one in ASKING | CLOSING):
                found.append(name)
    return found


def mutants(path: str) -> Iterator[Mutant]:
    """Every guard of one file."""
    yield from _mutants_of(path, (Path(settings.BASE_DIR) / path).read_text(encoding="utf-8"))


def _mutants_of(path: str, source: str) -> Iterator[Mutant]:
    wanted = 0
    counts: Counter[str] = Counter()
    while True:
        remover = _Remove({wanted})
        tree = ast.fix_missing_locations(remover.visit(ast.parse(source)))
        if remover.seen < wanted:
            return
        for code in _functions(compile(tree, path, "exec")):
            last = max((line for *_rest, line in code.co_lines() if line), default=0)
            if code.co_firstlineno <= remover.line <= max(last, code.co_firstlineno + 200) and _inner(
                code, tree, remover.line
            ):
                counts[code.co_qualname] += 1
                nth = counts[code.co_qualname]
                yield Mutant(path, remover.line, code.co_qualname, remover.removed, code, wanted, nth)
        wanted += 1


def laid_bare(mutant: Mutant, *, but_for_itself: bool = False) -> CodeType:
    """Its function without any of its guards, or with that one only."""
    source = (Path(settings.BASE_DIR) / mutant.path).read_text(encoding="utf-8")
    wanted = set(range(sum(map(source.count, ASKING | CLOSING))))
    tree = _Remove(wanted - {mutant.rank} if but_for_itself else wanted).visit(ast.parse(source))
    (found,) = (
        code
        for code in _functions(compile(ast.fix_missing_locations(tree), mutant.path, "exec"))
        if (code.co_qualname, code.co_firstlineno) == (mutant.function, mutant.code.co_firstlineno)
    )
    return found


def _inner(code: CodeType, tree: ast.Module, line: int) -> bool:
    """Whether `code` is the outermost function around the line: what holds nested ones is exchanged as a whole."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    if not around:
        return False
    outer = min(around, key=lambda node: node.lineno)
    first = min([outer.lineno, *(one.lineno for one in outer.decorator_list)])
    return code.co_name == outer.name and code.co_firstlineno == first


def _functions(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _functions(constant)


def live_function(mutant: Mutant) -> FunctionType | None:
    """The function as the program runs it, under its decorators; None when it cannot be reached by its name."""
    found: Any = importlib.import_module(mutant.module)
    for name in mutant.function.split("."):
        found = vars(found).get(name) if inspect.isclass(found) else getattr(found, name, None)
        if isinstance(found, (staticmethod, classmethod)):
            found = found.__func__
        if isinstance(found, property):
            found = found.fget
    while found is not None and not (
        isinstance(found, FunctionType) and found.__code__.co_qualname == mutant.function
    ):
        found = getattr(found, "__wrapped__", None)
    if found is None or found.__code__.co_freevars != mutant.code.co_freevars:
        return None
    return found


@contextmanager
def running(codes: Mapping[FunctionType, CodeType]) -> Iterator[None]:
    """The functions run these codes in place of their own within the block."""
    kept = {function: function.__code__ for function in codes}
    for function, code in codes.items():
        function.__code__ = code
    try:
        yield
    finally:
        for function, code in kept.items():
            function.__code__ = code


@contextmanager
def met(functions: Iterable[FunctionType]) -> Iterator[set[CodeType]]:
    """The codes of these functions that the program enters within the block; the set may be emptied on the way."""
    entered: set[CodeType] = set()
    watch, start = sys.monitoring, sys.monitoring.events.PY_START
    codes = {one.__code__ for one in functions}
    watch.use_tool_id(WATCHER, "guards")
    watch.register_callback(WATCHER, start, lambda code, _offset: entered.add(code))
    for code in codes:
        watch.set_local_events(WATCHER, code, start)
    try:
        yield entered
    finally:
        for code in codes:
            watch.set_local_events(WATCHER, code, watch.events.NO_EVENTS)
        watch.register_callback(WATCHER, start, None)
        watch.free_tool_id(WATCHER)
