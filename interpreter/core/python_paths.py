"""Names and paths in a Python syntax tree, as far as they can be read without running anything."""

import ast


class Names:
    """What the names in a tree stand for: what was imported, and what was assigned."""

    def __init__(self, tree: ast.Module) -> None:
        self._imported: dict[str, str] = {}
        self.assigned: dict[str, ast.expr] = {}
        for node in ast.walk(tree):
            match node:
                case ast.Import(names):
                    for alias in names:
                        if alias.asname:
                            self._imported[alias.asname] = alias.name
                case ast.ImportFrom(module, names):
                    for alias in names:
                        self._imported[alias.asname or alias.name] = f"{module}.{alias.name}"
                case ast.Assign([ast.Name(name)], value):
                    self.assigned.setdefault(name, value)

    def dotted(self, node: ast.expr) -> str:
        """The whole name of a function: `shutil.rmtree` for `rmtree` that was imported from there; else empty."""
        parts: list[str] = []
        while True:
            match node:
                case ast.Attribute(value, name):
                    parts.append(name)
                    node = value
                case ast.Call(ast.Name() as called):
                    node = called
                case ast.Name(name):
                    return ".".join([self._imported.get(name, name), *reversed(parts)])
                case _:
                    return ""


def path_of(node: ast.expr, names: Names, depth: int = 8) -> str | None:
    """The path that an expression stands for, home as `~`; its beginning, where only that is known; else None."""
    if depth <= 0:
        return None
    match node:
        case ast.Constant(str() as text):
            return text
        case ast.JoinedStr([ast.Constant(str() as text), *_]):
            return text
        case ast.Name(name) if name in names.assigned:
            return path_of(names.assigned[name], names, depth - 1)
        case ast.BinOp(left, ast.Div(), right):
            return _joined(path_of(left, names, depth - 1), path_of(right, names, depth - 1))
        case ast.Call(func, arguments):
            return _called(names.dotted(func), func, arguments, names, depth)
        case _:
            return None


def _called(name: str, func: ast.expr, arguments: list[ast.expr], names: Names, depth: int) -> str | None:
    if name in ("Path.home", "pathlib.Path.home"):
        return "~"
    if name in ("os.path.join", "pathlib.Path", "Path", "os.path.expanduser", "pathlib.PurePath") and arguments:
        path = path_of(arguments[0], names, depth - 1)
        for argument in arguments[1:]:
            path = _joined(path, path_of(argument, names, depth - 1))
        return path
    if isinstance(func, ast.Attribute) and func.attr in ("expanduser", "resolve", "absolute"):
        return path_of(func.value, names, depth - 1)
    return None


def _joined(left: str | None, right: str | None) -> str | None:
    if left is None:
        return None
    if right is None:
        return left
    return right if right.startswith(("/", "~")) else f"{left.rstrip('/')}/{right}"
