"""Markup in what people write is text on every page, in every paper, and behind every receipt.

`tests/factories/world.py` puts its mark into every text, sealed ones too; here the mark is markup.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse
from lxml import etree

from accounts.users.roles import Role
from documents.building import build
from documents.content import Heading, Layout, Letterhead, Paper, Signature, Table, Text
from tests import walking
from tests.factories import world as worlds
from tests.factories.accounts import make_commune, make_user
from tests.factories.scenes import shared_scene
from tests.factories.tips import make_message, make_worked
from tests.reports.public.test_answers import looked_up
from tests.reports.public.walking import Walk as Resident
from tests.reports.public.walking import forget_counts
from tests.walking import Answer, Walk, address, custom_addresses, registered, targets

MARK = "\"'><i k7q>"
RAW = "<i k7q"


def make_marked() -> worlds.World:
    """A commune with the mark in every text, and another that is empty."""
    commune = make_commune("Bình Minh")
    own = worlds.fill(commune, MARK)
    worlds.fill_commune(commune, own)
    own.add(worlds.make_link_proposal(own.rows[worlds.Member]))
    worlds.audited(commune, own)
    return worlds.World(commune, own, own, own)


world = shared_scene(make_marked)
APPS = ("accounts", "broadcasts", "groups", "oversight", "procedures", "reports", "zalo")
ROLES = (Role.CHIEF, Role.PARTY_OFFICE, Role.TECH_ADMIN)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers keep every byte, as letters that stand for one each."""

    def of(response: Any, _messages: str = "") -> Answer:
        body = b"".join(response) if response.streaming else response.content
        return Answer(response.status_code, body.decode("latin-1"), response.headers)

    monkeypatch.setattr(walking.Answer, "of", of)


def pages(walk: Walk, app: str) -> Iterator[str]:
    """Every address of the admin of an app for a row of the world."""
    for model, model_admin in registered():
        if model._meta.app_label != app:
            continue
        row = walk.world.own.rows.get(model)
        yield address(model, "changelist")
        yield address(model, "add")
        if row is not None:
            yield from (address(model, page, row.pk) for page in ("change", "history", "delete"))
        for name, parts in custom_addresses(model_admin):
            try:
                yield from targets(name, parts, row if parts else None)
            except NoReverseMatch:
                continue  # an address of a row's part, which the pages of steps link to


def site_pages() -> Iterator[str]:
    """Pages of the site itself: home, boards with charts, work lists."""
    names = get_resolver("config.urls").namespace_dict["admin"][1].reverse_dict
    for name in sorted({str(key) for key in names}):
        try:
            yield reverse(f"admin:{name}")
        except NoReverseMatch:
            continue


def escapes(answer: Answer) -> str:
    """Say in which place the mark got out of its text; blank where it did not."""
    if answer.status >= 500:
        return f"broke: {answer.text[:200]}"
    content = answer.text.encode("latin-1", "replace")
    if content.startswith(b"PK"):
        return "" if is_text_in_parts(content) else "the mark is an element of the file"
    at = answer.text.find(RAW)
    return f"an element of the page: {answer.text[max(0, at - 300) : at + 60]}" if at >= 0 else ""


def is_text_in_parts(content: bytes) -> bool:
    """Every part is whole XML, and none has an element of the mark's."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                tree = etree.fromstring(archive.read(name))
                if any(etree.QName(one).localname == "i" and "k7q" in str(one.attrib)
                       for one in tree.iter("*")) or b"<i k7q" in archive.read(name):  # fmt: skip
                    return False
    return True


@pytest.mark.parametrize("app", APPS)
def test_mark_is_text_on_every_page(world, app, whole, db):
    found, seen = [], 0
    walk = Walk(world, make_user(world.commune, Role.CHIEF), [], True)
    for page in pages(walk, app):
        answer = walk.ask("GET", page)
        seen += "k7q" in answer.text
        if problem := escapes(answer):
            found.append(f"{page}: {problem}")

    assert found == []
    assert seen  # the mark was there to get out


@pytest.mark.parametrize("third", range(3))
@pytest.mark.parametrize("role", ROLES)
def test_mark_is_text_on_home_and_boards(world, role, third, whole, db):
    walk = Walk(world, make_user(world.commune, role), [], True)

    found = {page: escapes(walk.ask("GET", page)) for page in list(site_pages())[third::3]}

    assert {page: problem for page, problem in found.items() if problem} == {}
    assert len(found) > 20


@pytest.mark.parametrize("layout", Layout)
def test_mark_is_text_in_a_paper(layout):
    odd = f"{MARK} &x; ]]> \x0b\x00\ud800 {{{{ 7*7 }}}}"
    table = Table((odd, "b"), ((odd, "1"), (f"=cmd|{odd}", "2")))
    paper = Paper(
        Letterhead(layout, odd, odd, odd, odd), odd, odd,
        (Heading(odd), Text(odd), Text(odd, is_basis=True), table),
        (Signature(odd, odd, odd, odd),), date(2026, 11, 27),
        code=odd, recipients=(odd,), mark=odd,
    )  # fmt: skip

    content = build(paper)

    assert is_text_in_parts(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"&lt;i k7q&gt;" in archive.read("word/document.xml")


def test_mark_is_text_behind_a_receipt(db, monkeypatch):
    forget_counts(monkeypatch)
    tip = make_worked(make_user(make_commune(), Role.CHIEF), words=f"{MARK} lời", place=MARK)
    make_message(tip, text=f"{MARK} nói thêm")
    make_message(tip, text=f"{MARK} công an đáp", direction="out")

    walk = looked_up(tip)

    assert "k7q" in walk.html
    assert RAW not in walk.html


def test_mark_is_text_while_a_tip_is_written(db, monkeypatch):
    forget_counts(monkeypatch)
    walk = Resident(make_commune())

    walk.to_check(words=f"{MARK} Có người đánh bạc sau chợ.", place=MARK, when=MARK, how=MARK,
                  name=MARK, phone="0900000919")  # fmt: skip

    assert "k7q" in walk.html
    assert RAW not in walk.html
