"""Which branches of a module were taken: its source is compiled with a mark in each branch, so that a fuzzer
knows which input led somewhere new. Works on every Python, needs nothing, and costs little: a mark is one
byte that is set."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

_MARKS, _SEEN = "_marks_", "_seen_"


class Marks:
    """`new` says how many branches were taken since it was last asked that never were before."""

    def __init__(self) -> None:
        self.taken = bytearray()
        self._known = 0

    def place(self) -> int:
        self.taken.append(0)
        return len(self.taken) - 1

    def new(self) -> int:
        now = int.from_bytes(self.taken, "little")
        found = (now & ~self._known).bit_count()
        self._known |= now
        return found

    @property
    def known(self) -> int:
        return self._known.bit_count()


def watch(modules: Collection[str]) -> Marks:
    """From their import on; call it before."""
    if already := sorted(set(modules) & sys.modules.keys()):
        raise RuntimeError(f"imported already: {', '.join(already)}")
    marks = Marks()
    sys.meta_path.insert(0, _Finder(modules, marks))
    return marks


class _Finder(PathFinder):
    def __init__(self, modules: Collection[str], marks: Marks) -> None:
        self._modules, self._marks = frozenset(modules), marks

    def find_spec(  # type: ignore[override]
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._modules:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin:
            spec.loader = _Loader(fullname, spec.origin, self._marks)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, marks: Marks) -> None:
        super().__init__(name, path)
        self._marks = marks

    def get_code(self, fullname: str) -> CodeType:
        """Never the compiled one that lies beside it."""
        return self.source_to_code(self.get_data(self.path), self.path)

    def source_to_code(self, data: Any, path: Any, **_: Any) -> CodeType:  # type: ignore[override]
        tree = _Marking(self._marks).visit(ast.parse(data, path))
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        taken = self._marks.taken
        setattr(module, _MARKS, taken)
        setattr(module, _SEEN, lambda place: taken.__setitem__(place, 1))
        super().exec_module(module)


class _Marking(ast.NodeTransformer):
    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def _mark(self) -> ast.stmt:
        return ast.parse(f"{_MARKS}[{self._marks.place()}] = 1").body[0]

    def _marked(self, value: ast.expr) -> ast.expr:
        seen = ast.parse(f"{_SEEN}({self._marks.place()})", mode="eval").body
        return ast.BoolOp(ast.Or(), [seen, value])

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                after = 1 if ast.get_docstring(node) is not None else 0
                node.body.insert(after, self._mark())
            case ast.If() | ast.For() | ast.While():
                node.body.insert(0, self._mark())
                node.orelse.insert(0, self._mark())
            case ast.ExceptHandler() | ast.match_case():
                node.body.insert(0, self._mark())
            case ast.IfExp():
                node.body, node.orelse = self._marked(node.body), self._marked(node.orelse)
            case ast.BoolOp():
                node.values = [node.values[0], *map(self._marked, node.values[1:])]
            case ast.comprehension():
                node.ifs = [*node.ifs, *([self._marked(ast.Constant(True))] if node.ifs else [])]
        return node
