"""Programs and objects inside a document, looked for in a process of its own.

Run as a script: the file comes in, a code goes out. Nothing is opened as what it says it is; the
bytes are looked through. It imports nothing of the project, so that it starts fast. In doubt a file
is active: what cannot be looked through may hold anything.
"""

import re
import resource
import sys
import zipfile
import zlib
from io import BytesIO
from typing import Final

ACTIVE, PASSWORD, BROKEN = 3, 4, 5
_MEMORY = 512 * 1024 * 1024
_SECONDS = 10
_WAIT_S = 40
_MOST_UNPACKED = 60 * 1024 * 1024
_MOST_PARTS = 5000

# An old file of Office names its parts in UTF-16.
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED: Final = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
_OBJECTS: Final = tuple(
    name.encode("utf-16-le")
    for name in ("_VBA_PROJECT", "\x01Ole10Native", "\x01Ole\0", "\x03OCX", "Macros\0")
)
_RTF: Final = re.compile(
    rb"\\(?:obj(?:ect|data|ocx|update|html|link|emb|autlink|sub|pub)|template)(?![a-z])|"
    rb"\b(?:DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|IMPORT)\s",
)
_PART: Final = re.compile(
    r"(?:^|/)(?:vba[^/]*|activex|embeddings|externallinks|macrosheets|dialogsheets)(?:/|\.bin|\.xml)|"
    r"\.(?:exe|dll|js|jse|vbs|vbe|wsf|hta|bat|cmd|ps1|lnk|ole|scr|jar)$|oleobject",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"\.bin$", re.IGNORECASE)
_HARMLESS_CODE: Final = re.compile(r"printersettings", re.IGNORECASE)
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_FIELD: Final = re.compile(rb"instr(?:Text)?\b[^>]*(?:>|=)[^<]*\b(?:DDEAUTO|DDE)\b", re.IGNORECASE)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF: Final = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm|GoToE|GoToR|"
    rb"FileAttachment|Rendition|Movie|Sound|Collection)(?![A-Za-z0-9])"
)
_OPENING: Final = re.compile(rb"/OpenAction\s*(<<.{0,2000}?>>|(\d+)\s+(\d+)\s+R|\[)", re.DOTALL)


def look(content: bytes) -> int:
    """0 for a document without programs and objects, else `ACTIVE`, `PASSWORD` or `BROKEN`."""
    from documents import isolated  # noqa: PLC0415 -- the script knows nothing of the project

    code = isolated.run(__file__, content, wait_s=_WAIT_S).code
    return code if code in (0, PASSWORD, BROKEN) else ACTIVE


def _of_ole(content: bytes) -> int:
    if any(name in content for name in _LOCKED):
        return PASSWORD
    return ACTIVE if any(name in content for name in _OBJECTS) else 0


def _of_zip(content: bytes) -> int:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return BROKEN
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        return PASSWORD
    names = [part.filename for part in parts]
    if len(set(names)) < len(names) or len(names) > _MOST_PARTS:
        return ACTIVE
    for name in names:
        if _PART.search(name) or (_CODE.search(name) and not _HARMLESS_CODE.search(name)):
            return ACTIVE
    left = _MOST_UNPACKED
    for part in parts:
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        with archive.open(part) as opened:
            text = opened.read(left + 1)
        left -= len(text)
        if left < 0 or _is_active_part(part.filename, text):
            return ACTIVE
    return 0


def _is_active_part(name: str, text: bytes) -> bool:
    if text.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in text or b"<!DOCTYPE" in text:
        return True  # letters that this does not read, entities that it does not open
    if name.endswith(".rels"):
        return any(
            b"aFChunk" in one or b"oleObject" in one
            or (b"External" in one and b"/hyperlink" not in one)
            for one in _RELATION.findall(text)
        )  # fmt: skip
    if name == "[Content_Types].xml":
        return b"macroEnabled" in text or b"vbaProject" in text
    return _FIELD.search(text) is not None


def _of_pdf(content: bytes) -> int:
    """Look through what is no stream, and through the streams that hold objects themselves."""
    texts, at, left = [], 0, _MOST_UNPACKED
    while (start := content.find(b"stream", at)) >= 0:
        head = content[at:start]
        texts.append(head)
        end = content.find(b"endstream", start)
        end = len(content) if end < 0 else end
        at = end + len(b"endstream")
        about = _plain(head[head.rfind(b"obj") :])
        if b"/ObjStm" not in about:
            continue
        body = content[start + len(b"stream") : end].lstrip(b"\r\n")
        if b"/Filter" in about:
            unpacker = zlib.decompressobj()
            try:
                body = unpacker.decompress(body, left)
            except zlib.error:
                return ACTIVE
            if unpacker.unconsumed_tail:
                return ACTIVE
        left = max(1, left - len(body))
        texts.append(body)
    text = _plain(b"\n".join([*texts, content[at:]]))
    if b"/Encrypt" in text:
        return PASSWORD
    return ACTIVE if _PDF.search(text) or _opens_something(text) else 0


def _plain(text: bytes) -> bytes:
    """Names without the signs that may stand for their letters."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)


def _opens_something(text: bytes) -> bool:
    """Whether the file does more as it is opened than to show a place of its own."""
    for opening in _OPENING.finditer(text):
        asked = opening[1]
        if opening[2]:
            named = rb"\b%s\s+%s\s+obj(.{0,2000}?)endobj" % opening.group(2, 3)
            found = re.search(named, text, re.DOTALL)
            if found is None:
                return True
            asked = found[1].strip()
        if not asked.startswith(b"[") and b"/GoTo" not in asked:
            return True
    return False


def _main() -> int:
    content = sys.stdin.buffer.read()
    try:
        if content.startswith(_OLE):
            return _of_ole(content)
        if content.startswith(b"PK"):
            return _of_zip(content)
        if content[:1024].lstrip().startswith(b"%PDF-"):
            return _of_pdf(content)
        if content.lstrip()[:5].lower() == b"{\\rtf":
            return ACTIVE if _RTF.search(content) else 0
    except Exception:
        return ACTIVE
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(_main())
