"""Read from our source which texts an expression can be, without running it.

`f"procedures:answer:{edition_id}"` is `procedures:answer:{}`: what is only known at run time is
`{}`. Names are followed to assignments, constants of other modules, results of our functions and
the arguments of whoever calls.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from dev.places import PROJECT

PACKAGES = (
    "accounts", "broadcasts", "config", "content_rules", "documents", "duty", "groups", "oversight",
    "procedures", "reports", "vietnamese", "zalo",
)  # fmt: skip
OUTSIDE = {"migrations"}
UNKNOWN = frozenset({"{}"})
DEPTH = 8
MOST = 60

type Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """A source file with what its names stand for."""

    name: str
    tree: ast.Module
    constants: dict[str, ast.expr] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for statement in self.tree.body:
            self.constants |= dict(_assigned(statement))
            if isinstance(statement, Function.__value__):
                self.functions[statement.name] = statement
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = (node.module, alias.name)


@dataclass(frozen=True)
class Place:
    """Position of an expression: module, enclosing classes and functions, outermost first."""

    module: Module
    around: tuple[ast.AST, ...] = ()

    @property
    def functions(self) -> list[Function]:
        return [node for node in reversed(self.around) if isinstance(node, Function.__value__)]

    @property
    def owner(self) -> ast.ClassDef | None:
        found = [node for node in self.around if isinstance(node, ast.ClassDef)]
        return found[-1] if found else None


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
            elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                yield f"{target.value.id}.{target.attr}", node.value
    elif (
        isinstance(node, ast.AnnAssign | ast.NamedExpr)
        and isinstance(node.target, ast.Name)
        and node.value is not None
    ):
        yield node.target.id, node.value


class Source:
    """The product. A file is parsed only when a word asked for stands in it."""

    def __init__(self, raw: dict[str, str] | None = None) -> None:
        self.raw = _read() if raw is None else raw
        self._parsed: dict[str, Module] = {}
        self._followed: set[tuple[ast.AST, str]] = set()
        self._walked: dict[str, list[tuple[ast.AST, Place]]] = {}

    def module(self, name: str) -> Module | None:
        """The module of ours with this name."""
        if name not in self._parsed and name in self.raw:
            self._parsed[name] = Module(name, ast.parse(self.raw[name]))
        return self._parsed.get(name)

    def nodes(self, *words: str) -> Iterator[tuple[ast.AST, Place]]:
        """Every node, with its place, of the modules in which one of the words stands."""
        for name, raw in self.raw.items():
            if any(word in raw for word in words) and (module := self.module(name)):
                if name not in self._walked:
                    self._walked[name] = list(_walk(module.tree, Place(module)))
                yield from self._walked[name]

    def calls(self, *words: str) -> Iterator[tuple[ast.Call, Place]]:
        """The calls among `nodes`."""
        return ((node, place) for node, place in self.nodes(*words) if isinstance(node, ast.Call))

    def texts(self, node: ast.AST | None, place: Place, depth: int = DEPTH) -> frozenset[str]:
        """The values that the expression can have; `{}` stands for an unknown part."""
        if node is None or not depth:
            return UNKNOWN
        depth -= 1
        match node:
            case ast.Constant(value=str() | int() as value):
                return frozenset({str(value)})
            case ast.JoinedStr(values=parts):
                return _joined(self.texts(part, place, depth) for part in parts)
            case ast.FormattedValue(value=value, format_spec=None):
                return self.texts(value, place, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _joined(self.texts(part, place, depth) for part in (left, right))
            case ast.IfExp(body=body, orelse=other):
                return self.texts(body, place, depth) | self.texts(other, place, depth)
            case ast.Name(id=name):
                return self._named(name, place, depth)
            case ast.Attribute(value=ast.Name(id="settings"), attr=attr):
                return frozenset({f"<{attr}>"})
            case ast.Attribute(value=ast.Name(id="self"), attr=attr) if place.owner:
                return self._own(attr, place.owner, place.module, depth)
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id="self"), attr=attr),
                slice=ast.Constant(value=int() as index),
            ) if place.owner:
                return self._own(attr, place.owner, place.module, depth, index)
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in place.module.imports:
                return self._global(attr, ".".join(place.module.imports[name]), depth)
            case ast.Call(func=ast.Name(id=name)):
                return self._result(name, place, depth)
        return UNKNOWN

    def _named(self, name: str, place: Place, depth: int) -> frozenset[str]:
        for function in place.functions:
            inner = Place(place.module, _until(place.around, function))
            values = [value for node in ast.walk(function) for key, value in _assigned(node)
                      if key == name]  # fmt: skip
            if values and (function, name) not in self._followed:
                # `key = f"a:{key}"`: the name inside is the parameter.
                self._followed.add((function, name))
                found = [self.texts(value, inner, depth) for value in values]
                self._followed.discard((function, name))
                return frozenset().union(*found)
            if name in (parameters := _parameters(function)):
                return self._passed(function, parameters.index(name), name, place, depth)
        return self._global(name, place.module.name, depth)

    def _global(self, name: str, module_name: str, depth: int) -> frozenset[str]:
        module = self.module(module_name)
        if module is None or not depth:
            return UNKNOWN
        if name in module.constants:
            return self.texts(module.constants[name], Place(module), depth)
        if name in module.imports:
            origin, original = module.imports[name]
            return self._global(original, origin, depth - 1)
        return UNKNOWN

    def _own(
        self, attr: str, owner: ast.ClassDef, module: Module, depth: int, index: int | None = None
    ) -> frozenset[str]:
        """An attribute of the class, a property, or what a method puts into `self`."""
        found: list[frozenset[str]] = []
        for node, place in _walk(owner, Place(module, (owner,))):
            if isinstance(node, Function.__value__) and node.name == attr:
                found.append(self._returned(node, place, depth))
            for key, value in _assigned(node):
                if key == (f"self.{attr}" if place.functions else attr):
                    if index is not None and isinstance(value, ast.List):
                        value = value.elts[index]
                    found.append(self.texts(value, place, depth))
        return frozenset().union(*found) or UNKNOWN

    def _result(self, name: str, place: Place, depth: int) -> frozenset[str]:
        module, original = place.module, name
        if name in module.imports:
            origin, original = module.imports[name]
            module = self.module(origin) or module
        function = module.functions.get(original)
        return self._returned(function, Place(module), depth) if function else UNKNOWN

    def _returned(self, function: Function, place: Place, depth: int) -> frozenset[str]:
        inner = Place(place.module, (*place.around, function))
        values = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        return frozenset().union(*(self.texts(value, inner, depth) for value in values)) or UNKNOWN

    def _passed(
        self, function: Function, index: int, name: str, place: Place, depth: int
    ) -> frozenset[str]:
        """The arguments that callers of a function of a module pass for one parameter."""
        module = place.module
        if module.functions.get(function.name) is not function:
            return UNKNOWN
        found: list[frozenset[str]] = []
        for call, caller in self.calls(f"{function.name}("):
            if self._is_call_of(function.name, module.name, call, caller):
                given = {word.arg: word.value for word in call.keywords}.get(name)
                if given is None and index < len(call.args):
                    given = call.args[index]
                if given is not None:
                    found.append(self.texts(given, caller, depth))
        return frozenset().union(*found) or UNKNOWN

    def _is_call_of(self, name: str, module: str, call: ast.Call, caller: Place) -> bool:
        imports = caller.module.imports
        match call.func:
            case ast.Name(id=called):
                return imports.get(called, (caller.module.name, called)) == (module, name)
            case ast.Attribute(value=ast.Name(id=alias), attr=called) if alias in imports:
                return called == name and ".".join(imports[alias]) == module
        return False


def _read() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            if not OUTSIDE & set(parts):
                found[".".join(parts).removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    return found


def _walk(node: ast.AST, place: Place) -> Iterator[tuple[ast.AST, Place]]:
    for child in ast.iter_child_nodes(node):
        yield child, place
        inner = place
        if isinstance(child, Function.__value__ | ast.ClassDef):
            inner = Place(place.module, (*place.around, child))
        yield from _walk(child, inner)


def _until(around: tuple[ast.AST, ...], last: ast.AST) -> tuple[ast.AST, ...]:
    return around[: around.index(last) + 1]


def _parameters(function: Function) -> list[str]:
    given = function.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def _joined(parts: Iterator[frozenset[str]]) -> frozenset[str]:
    texts = ["".join(chosen) for chosen in product(*parts)]
    return frozenset(texts) if len(texts) <= MOST else UNKNOWN
