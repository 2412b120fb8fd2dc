"""The Vietnamese of the packages we build on: complete, current, and the one that is shown."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import polib
import pytest
from django.conf import global_settings, settings
from django.utils.translation import gettext, ngettext, npgettext, override, pgettext
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JavaScriptCatalog


class Text(NamedTuple):
    context: str | None
    singular: str
    plural: str | None = None


CATALOGUES = sorted(po for path in settings.LOCALE_PATHS for po in Path(path).rglob("*.po"))
VENDOR = settings.BASE_DIR / "locale_vendor" / "vi" / "LC_MESSAGES"

# Texts that read the same in Vietnamese, and texts that nobody is shown, each with the reason.
ALLOWED = {
    **dict.fromkeys(("Email", "IPv4", "IPv6"), "the word used in Vietnamese too"),
    **dict.fromkeys((", ", ":", ":?.!", "…", "%(truncated_text)s…"), "punctuation"),
    **dict.fromkeys(("%(size)d byte", "%s KB", "%s MB", "%s GB", "%s TB", "%s PB"), "a unit"),
    **dict.fromkeys((name for _, name in global_settings.LANGUAGES), "the portal has one language"),
    **dict.fromkeys(
        (
            "Connect, get help, or contribute",
            "Django Community",
            "Django Documentation",
            "Get started with Django",
            "The install worked successfully! Congratulations!",
            "Topics, references, &amp; how-to’s",
            "Tutorial: A Polling App",
            (
                'View <a href="https://docs.djangoproject.com/en/%(version)s/releases/" '
                'target="_blank" rel="noopener">release notes</a> for Django %(version)s'
            ),
            (
                'You are seeing this page because <a href="https://docs.djangoproject.com/en/'
                '%(version)s/ref/settings/#debug" target="_blank" rel="noopener">DEBUG=True</a> is '
                "in your settings file and you have not configured any URLs."
            ),
        ),
        "the welcome page of an empty Django project",
    ),
}
# Keys that a package puts together at run time, so that no source holds them whole.
COMPUTED = {
    Text(None, f"{kind} through import_export")  # how import_export.admin logs a row
    for kind in ("new", "update", "delete")
}

DJANGO_PARTS = ("conf", "admin", "auth", "contenttypes", "humanize", "postgres", "sessions")
PACKAGES = ("axes", "django_otp", "import_export", "unfold")
FUNCTIONS = {
    f"{name}{ending}"
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for ending in ("", "_lazy", "_noop")
} | {"_"}
STRING = re.compile(r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")")
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*((?:{STRING.pattern}\s*,?\s*)+)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")


def as_text(function: str, arguments: list[str]) -> Text:
    has_context = function.startswith(("p", "np"))
    texts = arguments[1:] if has_context else arguments
    return Text(
        arguments[0] if has_context else None,
        texts[0],
        texts[1] if function.startswith("n") else None,
    )


def texts_in_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = getattr(node.func, "id", getattr(node.func, "attr", ""))
        arguments = [
            argument.value
            for argument in node.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if function in FUNCTIONS and arguments:
            yield as_text(function, arguments)


def texts_in_calls(source: str) -> Iterator[Text]:
    """Return texts that a template (made flat by templatize) or a script hands to gettext."""
    for function, arguments in CALL.findall(source):
        yield as_text(function, [ast.literal_eval(text) for text in STRING.findall(arguments)])


def folder_of(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@cache
def texts_of(package: str) -> frozenset[Text]:
    """Every gettext text of an installed package, but for Unfold's dress of apps we lack."""
    folder = folder_of(package)
    unused = {
        path
        for path in (folder / "contrib").glob("*")
        if f"{package}.contrib.{path.name}" not in settings.INSTALLED_APPS
    }
    found: set[Text] = set()
    for path in sorted(folder.rglob("*")):
        if unused.intersection(path.parents):
            continue
        if path.suffix == ".py":
            found.update(texts_in_python(path.read_text("utf-8")))
        elif path.suffix == ".html":
            found.update(texts_in_calls(templatize(path.read_text("utf-8"), str(path))))
    return frozenset(found)


@cache
def texts_of_django(part: str, domain: str = "django") -> frozenset[Text]:
    folder = folder_of("django") / ("conf" if part == "conf" else f"contrib/{part}")
    english = polib.pofile(str(folder / f"locale/en/LC_MESSAGES/{domain}.po"))
    return frozenset(as_entry_text(entry) for entry in english)


def as_entry_text(entry: polib.POEntry) -> Text:
    return Text(entry.msgctxt, entry.msgid, entry.msgid_plural or None)


def translated(text: Text) -> str:
    if text.plural is not None:
        if text.context is not None:
            return npgettext(text.context, text.singular, text.plural, 2)
        return ngettext(text.singular, text.plural, 2)
    if text.context is not None:
        return pgettext(text.context, text.singular)
    return gettext(text.singular)


def left_in_english(texts: frozenset[Text]) -> list[Text]:
    with override("vi"):
        return sorted(
            (
                text
                for text in texts
                if text.singular not in ALLOWED and translated(text) in {text.singular, text.plural}
            ),
            key=str,
        )


def script_catalogue() -> dict[str, str | list[str]]:
    """Return the catalogue that the admin's pages hand to their scripts."""
    view = JavaScriptCatalog()
    paths = view.get_paths(["django.contrib.admin"])
    view.translation = DjangoTranslation("vi", domain="djangojs", localedirs=paths)
    return view.get_catalog()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-4]}/{path.name}")
def test_compiled_catalogue_is_the_source_compiled(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == polib.pofile(str(path)).to_binary()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-4]}/{path.name}")
def test_every_entry_is_translated(path: Path) -> None:
    catalogue = polib.pofile(str(path), check_for_duplicates=True)

    assert [entry.msgid for entry in catalogue if not entry.translated()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-4]}/{path.name}")
def test_translation_keeps_placeholders_tags_and_edges(path: Path) -> None:
    def frame(text: str) -> tuple[list[str], list[str], str, str]:
        return (
            sorted(PLACEHOLDER.findall(text)),
            sorted(TAG.findall(text)),
            text[: len(text) - len(text.lstrip())],
            text[len(text.rstrip()) :],
        )

    broken = [
        (entry.msgid, text)
        for entry in polib.pofile(str(path))
        for text in (entry.msgstr_plural.values() or [entry.msgstr])
        if frame(text) != frame(entry.msgid_plural or entry.msgid)
    ]

    assert broken == []


def test_extraction_sees_python_templates_contexts_and_plurals() -> None:
    assert Text(None, "Export selected %(verbose_name_plural)s") in texts_of("import_export")
    assert Text(None, "Welcome back to") in texts_of("unfold")
    assert Text(None, "%(counter)s result", "%(counter)s results") in texts_of("unfold")
    assert list(texts_in_python('pgettext_lazy("verb", "impersonate")')) == [
        Text("verb", "impersonate")
    ]
    assert list(texts_in_calls(templatize('{% translate "May" context "month" %}'))) == [
        Text("month", "May")
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_text_of_a_package_is_left_in_english(package: str) -> None:
    assert left_in_english(texts_of(package)) == []


@pytest.mark.parametrize("part", DJANGO_PARTS)
def test_no_text_of_django_is_left_in_english(part: str) -> None:
    assert left_in_english(texts_of_django(part)) == []


def test_no_text_of_the_admin_scripts_is_left_in_english() -> None:
    ours = script_catalogue()
    unfold = {
        text
        for path in (folder_of("unfold") / "static" / "admin").rglob("*.js")
        for text in texts_in_calls(path.read_text("utf-8"))
    }
    keys = {
        text.singular if text.context is None else f"{text.context}\x04{text.singular}"
        for text in texts_of_django("admin", "djangojs") | unfold
    }

    assert sorted(keys - ours.keys()) == []


def test_vendor_catalogue_wins_over_the_packages_own() -> None:
    hidden = []
    with override("vi"):
        for entry in polib.pofile(str(VENDOR / "django.po")):
            expected = entry.msgstr_plural.get(0, entry.msgstr)
            if translated(as_entry_text(entry)) != expected:
                hidden.append(entry.msgid)

    assert hidden == []


def test_vendor_script_catalogue_wins_over_the_admins_own() -> None:
    shown = script_catalogue()

    for entry in polib.pofile(str(VENDOR / "djangojs.po")):
        key = entry.msgid if entry.msgctxt is None else f"{entry.msgctxt}\x04{entry.msgid}"
        assert shown[key] == (list(entry.msgstr_plural.values()) or entry.msgstr)


def test_vendor_catalogue_holds_no_text_that_the_packages_dropped() -> None:
    used = {
        (text.context, text.singular)
        for texts in (
            COMPUTED,
            *(texts_of(package) for package in PACKAGES),
            *(texts_of_django(part) for part in DJANGO_PARTS),
        )
        for text in texts
    }
    kept = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(VENDOR / "django.po"))}

    assert sorted(kept - used, key=str) == []
