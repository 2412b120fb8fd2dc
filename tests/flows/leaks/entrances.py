"""How a tip comes in: through the pages and events that residents and officers use."""

import hashlib
import re
from collections.abc import Callable
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.users.roles import Role
from reports.tips import receipts
from tests.flows.leaks.people import Person
from tests.flows.leaks.scene import Reported, Scene
from tests.reports.public.walking import Walk

_WORK = re.compile(r'data-proof-nonce="([^"]+)"\s+data-proof-bits="(\d+)"')


def proof_of(nonce: str, bits: int) -> str:
    """The first number with which the digest begins with so many bits of zero."""
    start, limit = nonce.encode(), (1 << (256 - bits)).to_bytes(32)
    for number in count():
        if hashlib.sha256(b"%b:%d" % (start, number)).digest() < limit:
            return str(number)
    raise AssertionError


def worked(page: str) -> str:
    """Return a browser's answer to the work asked for; blank where nothing is asked."""
    asked = _WORK.search(page)
    return proof_of(asked[1], int(asked[2])) if asked is not None else ""


def browser(scene: Scene, person: Person) -> Walk:
    """A resident's browser: an address of the network, an agent, one page after another."""
    return Walk(scene.commune, REMOTE_ADDR=person.ip, headers={"User-Agent": person.agent})


def _names(person: Person) -> bool:
    """Whether this person tells of the deputy."""
    return person.number % 9 == 4


def is_about_deputy(told: Reported) -> bool:
    """Whether the deputy must know nothing of this tip."""
    return told.door == "form" and _names(told.person)


def by_form(scene: Scene, person: Person, *, is_named: bool) -> Reported:
    """Every page of the form, with a photo, until the receipt is typed back."""
    at, before = scene.later(), scene.count()
    walk = browser(scene, person)
    who = {"name": person.name, "phone": person.phone} if is_named else {}
    hamlet = scene.hamlets[person.number % len(scene.hamlets)]
    seen = f" Tôi thấy {scene.deputy.get_full_name()} cũng ở đó." if _names(person) else ""
    walk.to_check(
        words=person.words + seen, hamlet=str(hamlet.pk), place="Gần ngã ba chợ cũ",
        when="tối hôm qua", how=f"Nhà tôi ở {person.address}, thấy tận mắt", **who,
    )  # fmt: skip
    photo = SimpleUploadedFile(f"{person.name}.jpg", person.photo, "image/jpeg")
    walk.press("go", "send", anh=photo, proof=worked(walk.html))
    receipt = walk.digits()
    assert scene.count() == before + 1, walk.html
    walk.press(cuoi=receipts.last_block(receipt))
    return Reported(person, "form", at, scene.newest(), is_named, receipt)


def come_back(scene: Scene, told: Reported, text: str) -> None:
    """With the receipt: read, and say something more."""
    walk = browser(scene, told.person)
    walk.go_to("/phan-anh/tra-cuu/")
    walk.press(ma=" ".join(receipts.blocks(told.receipt)), proof=worked(walk.html))
    walk.press("viec", "noi-them", loi=text, proof=worked(walk.html))


def by_chat(scene: Scene, person: Person, *, is_named: bool) -> Reported:
    """Words and a photo to the account; who names themselves does it in the words."""
    scene.later()  # following is known to the second, telling is not
    resident = scene.resident_of(person)
    at, before = scene.later(), scene.count()
    said = f"Tôi là {person.name}, số {person.phone}. {person.words}" if is_named else person.words
    scene.does(resident, "write", text=said)
    scene.does(resident, "send_image", image_id=scene.upload(person))
    assert scene.count() == before + 1
    return Reported(person, "chat", at, scene.newest(), is_named)


def _write_down(scene: Scene, client: Client, page: str, **values: Any) -> str:
    """Somebody fills in a page of the admin and goes on with other work; returns the answer."""
    address = f"/admin/reports/tipreport/{page}/"
    asked = client.get(address).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', asked)
    assert once is not None, asked[:500]
    answer = client.post(address, {"once": once[1], "urgency": "normal", **values}, follow=True)
    assert answer.status_code == 200, answer.content[:500]
    scene.later()
    client.get("/admin/")
    return str(answer.content.decode())


def by_phone(scene: Scene, person: Person, *, is_named: bool, channel: str = "phone") -> Reported:
    """A call, a visit or a letter, written down by whoever is on duty."""
    scene.later()  # signing in is known to the second
    client = scene.sign_in(scene.users[Role.DUTY_OFFICER])
    at, before = scene.later(), scene.count()
    who = {"name": person.name, "phone": person.phone} if is_named else {}
    page = _write_down(
        scene, client, "ghi", channel=channel, words=person.words,
        hamlet=scene.hamlets[1].pk, how_known=f"Nhà ở {person.address}", **who,
    )  # fmt: skip
    assert scene.count() == before + 1, page[:2000]
    return Reported(person, channel, at, scene.newest(), is_named)


def by_relay(scene: Scene, person: Person, *, is_named: bool) -> Reported:
    """Told to the hamlet head, who passes it on."""
    scene.later()
    client = scene.sign_in(scene.users[Role.HAMLET_HEAD])
    at, before = scene.later(), scene.count()
    who = {"name": person.name, "phone": person.phone} if is_named else {}
    page = _write_down(
        scene, client, "chuyen-tin", words=person.words, hamlet=scene.hamlets[0].pk,
        how_known=f"Nhà ở {person.address}", **who,
    )  # fmt: skip
    assert scene.count() == before + 1, page[:2000]
    return Reported(person, "relay", at, scene.newest(), is_named)


def by_group(scene: Scene, person: Person, *, is_named: bool) -> Reported:
    """Posted in a group for all to see; an officer writes down the fact in words of their own."""
    del is_named  # who posted it is not written down
    scene.later()  # following is known to the second, telling is not
    resident = scene.resident_of(person)
    scene.state.groups[scene.group.zalo_group_id].members[resident.id] = scene.state.now()
    scene.does(resident, "write_in_group", group_id=scene.group.zalo_group_id, text=person.words)
    scene.later()  # signing in is known to the second
    client = scene.sign_in(scene.users[Role.DUTY_OFFICER])
    at, before = scene.later(), scene.count()
    page = _write_down(
        scene, client, "tu-nhom", group=scene.group.pk,
        words="Nhiều người tụ tập buổi tối sau quán nước.",
    )  # fmt: skip
    assert scene.count() == before + 1, page[:2000]
    return Reported(person, "group", at, scene.newest(), is_named=False)


DOORS: dict[str, Callable[..., Reported]] = {
    "form": by_form,
    "chat": by_chat,
    "phone": by_phone,
    "relay": by_relay,
    "group": by_group,
}
