"""How a tip comes in: through the pages and events that residents and officers use."""

import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reports import receipts
from tests.flows.leaks.people import Person
from tests.flows.leaks.scene import Scene, Told

_WORK = re.compile(r'data-proof-nonce="([^"]+)"\s+data-proof-bits="(\d+)"')
_BLOCKS = re.compile(r'class="tip-digits">(.*?)</ol>', re.DOTALL)


class Hidden(HTMLParser):
    """The hidden fields of the last form of a page that has some."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.forms.append({})
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden" and self.forms:
            self.forms[-1][values["name"] or ""] = values.get("value") or ""

    @property
    def last(self) -> dict[str, str]:
        return next(form for form in reversed(self.forms) if form)


class Browser:
    """A resident's browser: an address, an agent, cookies of its own, one page after another."""

    def __init__(self, ip: str, agent: str) -> None:
        self.client = Client(REMOTE_ADDR=ip, headers={"User-Agent": agent})
        self.page = ""

    def get(self, address: str) -> str:
        return self._seen(self.client.get(address, follow=True))

    def post(self, address: str, /, **values: Any) -> str:
        """Send the last form of the page with these values."""
        return self._seen(self.client.post(address, {**Hidden(self.page).last, **values}))

    def worked(self) -> str:
        """What a browser finds while the person reads; blank where nothing is asked."""
        asked = _WORK.search(self.page)
        return proof_of(asked[1], int(asked[2])) if asked is not None else ""

    def _seen(self, answer: Any) -> str:
        self.page = answer.content.decode()
        assert answer.status_code == 200, f"{answer.status_code}: {self.page[:300]}"
        return self.page

    def receipt(self) -> str:
        """The digits on the page."""
        blocks = _BLOCKS.search(self.page)
        assert blocks is not None, self.page
        return "".join(re.findall(r"\d{4}", blocks[1]))


def proof_of(nonce: str, bits: int) -> str:
    """The first number with which the digest begins with so many bits of zero."""
    for number in count():
        digest = hashlib.sha256(f"{nonce}:{number}".encode()).digest()
        if int.from_bytes(digest[:4]) >> (32 - bits) == 0:
            return str(number)
    raise AssertionError


def by_form(scene: Scene, person: Person, *, is_named: bool) -> Told:
    """Every page of the form, with a photo, until the receipt is typed back."""
    at = scene.later()
    browser = Browser(person.ip, person.agent)
    address = f"/phan-anh/{scene.commune.code}/bao-tin/"
    browser.get("/phan-anh/")
    browser.get(address)
    hamlet = scene.hamlets[person.number % len(scene.hamlets)]
    answers: list[dict[str, Any]] = [
        {"now": "khong"}, {"subject": "te-nan"}, {"words": person.words},
        {"hamlet": hamlet.pk, "place": "Gần ngã ba chợ cũ"}, {"when": "tối hôm qua"},
        {"how": f"Nhà tôi ở {person.address}, thấy tận mắt"},
        {"who": "co" if is_named else "khong"},
    ]  # fmt: skip
    if is_named:
        answers.append({"name": person.name, "phone": person.phone})
    for said in answers:
        browser.post(address, go="next", **said)
    photo = SimpleUploadedFile(f"{person.name}.jpg", person.photo, "image/jpeg")
    browser.post(address, go="send", anh=photo, proof=browser.worked())
    receipt = browser.receipt()
    browser.post(f"/phan-anh/{scene.commune.code}/bien-nhan/", cuoi=receipts.last_block(receipt))
    return Told(person, "form", at, scene.newest(), is_named, receipt)


def come_back(told: Told, text: str) -> str:
    """With the receipt: read, and say something more. Returns the page."""
    browser = Browser(told.person.ip, told.person.agent)
    browser.get("/phan-anh/tra-cuu/")
    page = browser.post(
        "/phan-anh/tra-cuu/", ma=" ".join(receipts.blocks(told.receipt)), proof=browser.worked()
    )
    if text:
        page = browser.post("/phan-anh/tra-cuu/", viec="noi-them", loi=text, proof=browser.worked())
    return page


def by_chat(scene: Scene, person: Person, *, is_named: bool) -> Told:
    """Words and a photo to the account; who names themselves does it in the words."""
    resident = scene.resident_of(person)
    at = scene.later()
    said = f"Tôi là {person.name}, số {person.phone}. {person.words}" if is_named else person.words
    scene.does(resident, "write", text=said)
    scene.does(resident, "send_image", image_id=scene.upload(person))
    return Told(person, "chat", at, scene.newest(), is_named)


DOORS: dict[str, Callable[..., Told]] = {"form": by_form, "chat": by_chat}
