"""Names and docstrings in plain words (CONTRIBUTING.md, “Words”): the ban list."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

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
STORED = {
    ("documents/content.py", "Paper"),
    # “Held” is the term for the state in which nothing leaves, and `manage.py hold` its command.
    ("zalo/hold/holding.py", "hold"),
    ("zalo/hold/services.py", "hold"),
}
# Terms of one app: a way is by what somebody is told.
TERMS = {"duty": {"way", "ways"}}
OPENINGS = re.compile(
    r"(?:who|whose|whom|what|whatever|whoever|how far|where|which|those|as)\b", re.IGNORECASE
)
PARTS = ("accounts", "broadcasts", "groups", "reports", "tests", "")  # the rest is one, too
SOURCES = [path for path in tracked() if kind_of(path) != MIGRATIONS]
OUR_MODELS = [model for model in apps.get_models() if model.__module__.split(".")[0] in {
    "accounts", "broadcasts", "duty", "groups", "oversight", "procedures", "reports", "zalo",
}]  # fmt: skip


def _terms_of(path: Path) -> set[str]:
    return TERMS.get(path.parts[1] if path.parts[0] == "tests" else path.parts[0], set())


def sources_of(part: str) -> list[Path]:
    """Files of one folder; of all others for a blank name."""
    return [path for path in SOURCES if (path.parts[0] if path.parts[0] in PARTS else "") == part]


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


def names_of(tree: ast.AST, *, is_test: bool) -> Iterator[tuple[int, str]]:
    """Yield the names that a file gives; of tests only those that other files may use."""
    columns = declared_columns(tree)
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) if not is_test:
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) if not is_test and name not in columns:
                yield node.lineno, name


def docstrings_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the docstrings: of modules, classes, functions, and below a constant."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text.strip()


@pytest.mark.parametrize("part", PARTS)
def test_no_name_is_a_story_word(part: str):
    found = [
        str(path)
        for path in sources_of(part)
        if path.stem.strip("_") in BANNED and path.parent.name != "commands"  # typed by people
    ]
    for path in sources_of(part):
        tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
        found += [
            f"{path}:{line} {name}"
            for line, name in names_of(tree, is_test=kind_of(path) == TESTS)
            if name.strip("_").lower() in BANNED - _terms_of(path)
            and (str(path), name) not in STORED
        ]

    assert found == []


@pytest.mark.parametrize("part", PARTS)
def test_no_docstring_opens_with_a_question_word(part: str):
    found = [
        f"{path}:{line} {text.splitlines()[0]}"
        for path in sources_of(part)
        for line, text in docstrings_of(ast.parse((PROJECT / path).read_text(encoding="utf-8")))
        if OPENINGS.match(text)
    ]

    assert found == []


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_importable_from_the_models_of_its_app(model):
    assert getattr(import_module(f"{model._meta.app_label}.models"), model.__name__) is model
