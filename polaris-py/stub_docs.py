"""Writes what the built module says of its classes and calls into the stubs, where editors look for it.

    python polaris-py/stub_docs.py

Run it with the package installed as it is, after a change of a doc comment. A test says when it is time.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

from polaris import _polaris

STUBS = Path(__file__).parent / "python" / "polaris" / "_polaris.pyi"

Documented = ast.ClassDef | ast.FunctionDef


def named(scope: ast.Module | ast.ClassDef, thing: object) -> Iterator[tuple[Documented, str | None]]:
    """Every class and call in the stubs, with what the module says of it."""
    for node in scope.body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            of = getattr(thing, node.name)
            yield node, inspect.getdoc(of)
            if isinstance(node, ast.ClassDef):
                yield from named(node, of)


def documented(stubs: str) -> str:
    """The stubs, with the module's docs in place of those they had."""
    lines = stubs.splitlines()
    # From the end on, so that places before stay where they are.
    for node, doc in sorted(named(ast.parse(stubs), _polaris), key=lambda found: found[0].lineno, reverse=True):
        first, is_call = node.body[0], isinstance(node, ast.FunctionDef)
        decorators = first.decorator_list if isinstance(first, Documented) else []
        at = min([first.lineno, *(decorator.lineno for decorator in decorators)]) - 1
        if ast.get_docstring(node) is not None:
            del lines[at : first.end_lineno]
        elif is_call:
            lines[at] = lines[at].removesuffix(" ...")
            at += 1
        if doc:
            lines[at:at] = textwrap.indent(f'"""{doc}"""', " " * (node.col_offset + 4)).split("\n")
        elif is_call:
            lines[at - 1] += " ..."
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    STUBS.write_text(documented(STUBS.read_text()))
