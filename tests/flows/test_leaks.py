"""The search itself: what it must find, in whatever it is hidden, and what it must not."""

import base64
import gzip
import io
import json
import random
import unicodedata
import urllib.parse
import zipfile
import zlib

import pytest
from PIL import Image

from tests.flows.leaks.finder import Finder, Secret
from tests.flows.leaks.people import people

KNOWN = [
    Secret("1", "name", "Đặng Thị Quẫng Thoặc"),
    Secret("1", "phone", "0900001017"),
    Secret("1", "zalo_id", "4819273645546372819"),
    Secret("1", "words", "Khượm Nghịch"),
    Secret("2", "ip", "2001:db8:1001::abcd"),
]


@pytest.mark.parametrize(
    "text",
    [
        "Đặng Thị Quẫng Thoặc", "ĐẶNG THỊ QUẪNG THOẶC", "dang thi quang thoac",
        "dang_thi_quang_thoac", "Thị Quẫng Thoặc, Đặng",
    ],
)  # fmt: skip
@pytest.mark.parametrize("hide", [
    str.encode,
    lambda text: text.encode("utf-16"),
    lambda text: text.encode().hex().encode(),
    lambda text: text.encode().hex().upper().encode(),
    lambda text: unicodedata.normalize("NFD", text).encode(),
    lambda text: urllib.parse.quote(text).encode(),
    lambda text: json.dumps(text).encode(),
    lambda text: text.encode("ascii", "xmlcharrefreplace"),
    *(
        lambda text, before=before: base64.b64encode(before + text.encode() + b" va ba con")
        for before in (b"", b"x", b"xy", b"0123456")
    ),
    lambda text: base64.urlsafe_b64encode(text.encode() + b" va ba con"),
])  # fmt: skip
def test_a_name_is_found_however_it_is_written(text, hide):
    heap = b"\x00\xff INSERT " + hide(text) + b" VALUES \x01"

    assert [(hit.owner, hit.kind) for hit in Finder(KNOWN).find("heap", heap)] == [("1", "name")]


@pytest.mark.parametrize(
    "text",
    ["0900001017", "+84900001017", "84 900 001 017", "0900.001.017", "(0900)-001-017",
     "0900&nbsp;001&nbsp;017", "0900%20001%20017", "090 000 1017"],
)  # fmt: skip
def test_a_phone_is_found_in_every_spelling(text):
    found = Finder(KNOWN).find("heap", f"gọi {text} nhé".encode())

    assert {(hit.owner, hit.kind) for hit in found} <= {("1", "phone")}
    assert found or text == "(0900)-001-017"  # a bracket between digits is nobody's spelling here


def test_an_id_is_found_as_a_number_in_hex():
    assert Finder(KNOWN).find("heap", f"id={4819273645546372819:x}".encode())


@pytest.mark.parametrize(
    "pack",
    ["zip", "gzip", "docx", "base64 of a zip", "zlib", "gzip twice in one file",
     "gzip with chance behind it", "gzip cut short"],
)  # fmt: skip
def test_what_is_packed_is_unpacked(pack):
    text = "<w:t>Khượm </w:t></w:r><w:r><w:t>Nghịch</w:t>".encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", text)
    heap = {
        "zip": written.getvalue(), "docx": written.getvalue(), "gzip": gzip.compress(text),
        "zlib": zlib.compress(text),
        "gzip twice in one file": gzip.compress(b"-") + gzip.compress(text),
        "gzip with chance behind it": gzip.compress(text) + b"\x0b\x0c",
        "gzip cut short": gzip.compress(text)[:-6],
        "base64 of a zip": b"data:" + base64.b64encode(written.getvalue()),
    }[pack]  # fmt: skip

    assert {hit.kind for hit in Finder(KNOWN).find("heap", heap)} == {"words"}


@pytest.mark.parametrize("head", [b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"\x78", b"\x78\x9c"])
def test_sealed_bytes_that_begin_like_something_packed_hold_nothing(head):
    chance = random.Random(3)
    heap = head + chance.randbytes(400)

    assert Finder(KNOWN).find("heap", heap) == []
    assert Finder(KNOWN).find("heap", b"data:" + base64.b64encode(heap)) == []


def test_what_is_nobodys_is_not_found():
    heap = "Đặng Thị Quẫng, 0900001018, 2001:db8:1001::abce, Nghịch Khượm".encode() * 3

    assert Finder(KNOWN).find("heap", heap) == []


def test_everything_of_200_people_is_found_where_it_stands_and_is_of_one_alone():
    crowd = people(200, random.Random(5))
    finder = Finder(secret for person in crowd for secret in person.secrets())

    for person in crowd[::40]:
        heap = "|".join([person.name, person.phone, person.address, person.words, person.ip,
                         person.agent, f"{person.latitude:.6f}"]).encode()  # fmt: skip
        hits = finder.find("heap", heap + person.photo)
        kinds = {"name", "phone", "address", "words", "ip", "agent", "camera", "gps", "picture"}
        assert ({hit.owner for hit in hits}, {hit.kind for hit in hits}) == ({person.key}, kinds)


def test_a_photo_carries_its_place():
    person = people(1, random.Random(5))[0]
    gps = Image.open(io.BytesIO(person.photo)).getexif().get_ifd(0x8825)
    degrees, minutes, seconds = (float(part) for part in gps[2])

    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(person.latitude, abs=1e-5)
