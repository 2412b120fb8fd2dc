"""Names and docstrings in plain words (CONTRIBUTING.md, “Words”): the ban list."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps

from dev.lines import MIGRATIONS, TESTS, kind_of, tracked
from dev.places import PROJECT

# Each of them says that something happened and leaves out what: a field's own term says it.
BANNED = {
    "deed", "desk", "door", "doors", "hold", "kept", "meant", "note", "paper", "round", "said",
    "sheet", "shell", "shown", "take", "taken", "told", "way",
}  # fmt: skip
# A signed document hashes the name of its class (`accounts.papers`), so this one stays.
STORED = {("documents/content.py", "Paper")}
OPENINGS = re.compile(
    r"(?:who|whose|whom|what|whatever|whoever|how far|where|which|those|as)\b", re.IGNORECASE
)
SOURCES = [path for path in tracked() if kind_of(path) not in (TESTS, MIGRATIONS)]
OUR_MODELS = [model for model in apps.get_models() if model.__module__.split(".")[0] in {
    "accounts", "broadcasts", "groups", "oversight", "procedures", "reports", "zalo",
}]  # fmt: skip


def declared_columns(tree: ast.AST) -> set[str]:
    """Names in the body of a class: columns and form fields, which are contracts."""
    return {
        name.id
        for each in ast.walk(tree)
        if isinstance(each, ast.ClassDef)
        for statement in each.body
        for name in ast.walk(statement)
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and isinstance(name, ast.Name)
        and isinstance(name.ctx, ast.Store)
    }


def names_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    columns = declared_columns(tree)
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) if name not in columns:
                yield node.lineno, name


def docstrings_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield getattr(node, "lineno", 1), ast.get_docstring(node) or ""


def test_no_name_is_a_story_word():
    found = [str(path) for path in SOURCES if path.stem.strip("_") in BANNED]
    for path in SOURCES:
        tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
        found += [
            f"{path}:{line} {name}"
            for line, name in names_of(tree)
            if name.strip("_").lower() in BANNED and (str(path), name) not in STORED
        ]

    assert found == []


def test_no_docstring_opens_with_a_question_word():
    found = [
        f"{path}:{line} {text.splitlines()[0]}"
        for path in SOURCES
        for line, text in docstrings_of(ast.parse((PROJECT / path).read_text(encoding="utf-8")))
        if OPENINGS.match(text)
    ]

    assert found == []


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_importable_from_the_models_of_its_app(model):
    assert getattr(import_module(f"{model._meta.app_label}.models"), model.__name__) is model
