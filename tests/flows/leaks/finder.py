"""Finds what is known of people in a heap of bytes, however it is written there.

Text is looked for with and without accents, in capitals, composed and decomposed, with the spaces
of phone numbers and without, as UTF-8 and UTF-16, in hex, base64 at each offset, percent signs,
JSON and HTML escapes. Zip files, gzip and documents are opened first; tags are taken out of XML and
HTML.
"""

import base64
import html
import io
import json
import quopri
import re
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KEY = 8  # bytes by which a candidate is found; a needle is never shorter
CHUNK = 24  # bytes of a file that are looked for, wherever they stand
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{200,}={0,2}")
_GZIP, _ZLIB = b"\x1f\x8b", b"\x78"  # as they begin
_TAGS = re.compile(rb"<[^>]*>")
_BETWEEN_DIGITS = re.compile(rb"(?<=\d)(?:[ .\-]|\xc2\xa0|&nbsp;|%20)+(?=\d)")


@dataclass(frozen=True)
class Secret:
    """Something of one person; `kind` says what (name, phone, words, picture, …)."""

    owner: str
    kind: str
    value: str | bytes


@dataclass(frozen=True)
class Hit:
    """A secret that was found, and the bytes around it."""

    owner: str
    kind: str
    where: str
    around: str


def spellings(kind: str, text: str) -> set[str]:
    """Every way in which people and programs write it."""
    found = {text}
    if kind == "phone":  # 0900 001 017: the nine digits stand in 0…, 84… and +84… alike
        return {re.sub(r"\D", "", text)[-9:]}
    found |= {text.upper(), text.lower(), text.title(), unfolded(text), unfolded(text).lower()}
    if kind == "name":
        family, *rest = text.split()
        found |= {f"{' '.join(rest)}, {family}", f"{rest[-1]} {' '.join([family, *rest[:-1]])}"}
        found |= {"_".join(unfolded(text).lower().split()), "".join(unfolded(text).lower().split())}
    if kind == "zalo_id":
        found.add(f"{int(text):x}")
    return found


def unfolded(text: str) -> str:
    """Without accents."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def writings(raw: bytes) -> set[bytes]:
    """A run of bytes as it stands in files, dumps, addresses and messages, in lower case."""
    found = {raw, raw.hex().encode()}
    for skipped in range(3):  # the same bytes at each place of a longer text in base64
        whole = base64.b64encode(b"\0" * skipped + raw)
        inner = whole[4 if skipped else 0 : -4 if len(whole) > 12 else None]
        found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return {one.lower() for one in found}


def writings_of_text(text: str) -> set[bytes]:
    """Return `writings` in each encoding of text and with the escapes of each format."""
    found: set[bytes] = set()
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, text)
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            found |= writings(written.encode(encoding))
        escaped = {
            urllib.parse.quote(written), urllib.parse.quote_plus(written),
            json.dumps(written)[1:-1], repr(written.encode())[2:-1],
            written.encode("ascii", "xmlcharrefreplace").decode(),
            "".join(c if ord(c) < 128 else f"&#x{ord(c):x};" for c in written),
            quopri.encodestring(written.encode()).decode().rstrip("=\n"),
        }  # fmt: skip
        found |= {one.encode().lower() for one in escaped}
    return found


def needles(secret: Secret) -> set[bytes]:
    """All that stands for a secret; what is too short to say anything is left out."""
    if isinstance(secret.value, bytes):
        own = _own_part(secret.value)
        step = max(CHUNK, len(own) // 12)
        chunks = [own[at : at + CHUNK] for at in range(0, len(own), step)]
        # A run of few values (a flat area, a table) is no mark of a file.
        found = {one for chunk in chunks if len(set(chunk)) > CHUNK // 2 for one in writings(chunk)}
    else:
        found = {
            one
            for spelling in spellings(secret.kind, secret.value)
            for one in writings_of_text(spelling)
        }
    return {one for one in found if len(one) >= KEY}


def _own_part(content: bytes) -> bytes:
    """Of a JPEG what was seen: the tables before it are the same in every picture of a program."""
    seen = content.find(b"\xff\xda") if content.startswith(b"\xff\xd8") else -1
    return content[max(seen, 0) :]


class Finder:
    """Looks for many secrets at once."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self.secrets = list(secrets)
        by_key: dict[bytes, dict[bytes, list[Secret]]] = defaultdict(lambda: defaultdict(list))
        for secret in self.secrets:
            for needle in needles(secret):
                by_key[needle[:KEY]][needle].append(secret)
        # Two cameras write the same tables into their pictures: what several have is no mark.
        self._by_key = {
            key: {needle: owners for needle, owners in found.items() if _is_a_mark(owners)}
            for key, found in by_key.items()
        }

    def find(self, where: str, heap: bytes) -> list[Hit]:
        """Yield the secrets in a heap or in anything packed into it; each once a layer."""
        hits: dict[tuple[str, str, str], Hit] = {}
        for name, layer in layers(where, heap):
            for secret, around in self._in(layer):
                key = (secret.owner, secret.kind, name)
                hits.setdefault(key, Hit(secret.owner, secret.kind, name, around))
        return list(hits.values())

    def _in(self, heap: bytes) -> Iterator[tuple[Secret, str]]:
        text = heap.lower()
        by_key = self._by_key
        for at in [at for at in range(len(text) - KEY + 1) if text[at : at + KEY] in by_key]:
            for needle, secrets in by_key[text[at : at + KEY]].items():
                if text.startswith(needle, at):
                    around = heap[max(0, at - 60) : at + len(needle) + 40]
                    for secret in secrets:
                        yield secret, around.decode("utf-8", "replace")


def _is_a_mark(secrets: list[Secret]) -> bool:
    is_file = isinstance(secrets[0].value, bytes)
    return not is_file or len({secret.owner for secret in secrets}) == 1


def layers(where: str, heap: bytes) -> Iterator[tuple[str, bytes]]:
    """The heap itself, and what can be read out of it."""
    yield where, heap
    together = _BETWEEN_DIGITS.sub(b"", heap)
    if together != heap:
        yield f"{where} (digits together)", together
    if b"<" in heap and b">" in heap:
        yield (
            f"{where} (text)",
            html.unescape(_TAGS.sub(b"", heap).decode("utf-8", "replace")).encode(),
        )
    for name, inner in _packed(heap):
        yield from layers(f"{where} › {name}", inner)


def _packed(heap: bytes) -> Iterator[tuple[str, bytes]]:
    if heap[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(heap)) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
    elif heap[:2] == _GZIP or heap[:1] == _ZLIB:
        inner = _inflated(heap)
        if inner:
            yield "gzip" if heap[:2] == _GZIP else "zlib", inner
    else:
        for number, run in enumerate(_BASE64.finditer(heap)):
            unpacked = _unpacked_base64(run.group())
            if unpacked is not None:
                yield f"base64 {number}", unpacked


def _inflated(heap: bytes) -> bytes:
    """Return the packed contents, member after member; cut short, their beginning.

    Sealed bytes are like chance and begin like a gzip file now and then; nothing opens in them.
    """
    inner = b""
    while heap:
        reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, by its head
        try:
            inner += reader.decompress(heap)
        except zlib.error:
            break
        heap = reader.unused_data
    return inner


def _unpacked_base64(run: bytes) -> bytes | None:
    """Only what is packed once more; plain text in base64 is found by its needles."""
    plain = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    raw = base64.b64decode(plain + b"=" * (-len(plain) % 4)) if len(plain) % 4 != 1 else b""
    return raw if raw[:4] == b"PK\x03\x04" or raw[:2] in {_GZIP, _ZLIB + b"\x9c"} else None
