"""Walking through the form as a browser without scripts does: press a button, take the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from accounts.models import Commune
from reports.public import bursts, demands
from reports.public.thresholds import Counts

WORDS = "Đêm nào cũng có người tụ tập đánh bài ăn tiền sau quán nước."


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, and its buttons."""

    action: str = ""
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
            self._by_id[given.get("id", "")] = self._open
        owner = self._by_id.get(given["form"]) if "form" in given else self._open
        if owner is None:
            return
        name = given.get("name", "")
        if tag == "input" and given.get("type") not in {"file", "radio", "checkbox"}:
            owner.values[name] = given.get("value", "")
        elif tag == "button" and given.get("type") == "submit":
            owner.buttons.append((name, given.get("value", "")))
        elif tag == "textarea":
            owner.values[name], self._area = "", name
        elif tag == "select":
            owner.values[name], self._select = "", name
        elif tag == "option" and "selected" in given and self._select:
            owner.values[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            self._open.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._open = None


def forms_of(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms


class Walk:
    """One resident's browser: no cookies but that against forged forms."""

    def __init__(self, commune: Commune, **client: Any) -> None:
        self.client = Client(**client)
        self.commune = commune
        self.answer: Any = None
        self.go_to(f"/phan-anh/{commune.code}/bao-tin/")

    def go_to(self, address: str) -> None:
        self.answer = self.client.get(address)

    @property
    def html(self) -> str:
        return str(self.answer.content.decode())

    @property
    def title(self) -> str:
        found = re.search(r"<h1>\s*(.*?)\s*</h1>", self.html, re.DOTALL)
        return re.sub(r"\s+", " ", found[1]) if found else ""

    def press(self, name: str = "", value: str = "", /, **typed: Any) -> str:
        """Press the button of that name and value with these fields filled; the next heading."""
        form = next(
            form for form in forms_of(self.html)
            if (name, value) in form.buttons or (not name and ("", "") in form.buttons)
        )  # fmt: skip
        unknown = set(typed) - set(form.values) - {"anh"}
        assert not unknown, f"{unknown} not on “{self.title}”"
        sent = {**form.values, **typed}
        if name:
            sent[name] = value
        self.answer = self.client.post(form.action, sent)
        return self.title

    def to_check(self, **said: str) -> str:
        """Answer every page; the last one's heading."""
        self.press("now", said.get("now", "khong"))
        if said.get("now") == "co":
            self.press("go", "next")
        self.press("subject", said.get("subject", "te-nan"))
        self.press("go", "next", words=said.get("words", WORDS))
        self.press("go", "next", hamlet=said.get("hamlet", ""), place=said.get("place", ""))
        self.press("go", "next", when=said.get("when", ""), on=said.get("on", ""))
        self.press("go", "next", how=said.get("how", ""))
        if "name" not in said:
            return self.press("who", "khong", why_unnamed=said.get("why_unnamed", ""))
        self.press("who", "co")
        return self.press("go", "next", name=said["name"], phone=said.get("phone", ""))

    def digits(self) -> str:
        """The receipt as the page shows it."""
        found = re.search(r'<ol class="tip-digits">(.*?)</ol>', self.html, re.DOTALL)
        return "".join(re.findall(r"<li>(\d{4})</li>", found[1])) if found else ""


def texts_of(walk: Walk) -> Iterator[str]:
    """Every header and the body, for what must not be there."""
    yield walk.html
    yield from (f"{name}: {value}" for name, value in walk.answer.headers.items())


def forget_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the counts of other tests, so that they ask nothing of this one."""
    for purpose in demands.Purpose:
        monkeypatch.setitem(demands._networks, purpose, Counts(window_s=3600, most=100))
    monkeypatch.setattr(bursts, "_lately", Counts(window_s=900, most=100))
