"""Open a document in a process of its own, which alone dies of a hostile file.

Run as a script: the file comes in; a line of JSON and the cleaned file go out. It imports nothing
of the project, so that it starts fast. Cleaned means: without author, company, comments, notes of
pictures, thumbnails and older versions.
"""

import json
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

BROKEN, PASSWORD, TOO_LARGE, PROGRAM, TRACKED, OUTSIDE, OTHER = 3, 4, 5, 6, 7, 8, 9
MAX_TEXT = 60_000
MAX_PAGES = 100
_MAX_PARTS, _MAX_UNPACKED = 1000, 60 * 1024 * 1024
_MEMORY = 1024 * 1024 * 1024
_SECONDS = 20
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TRACKED = {
    f"{_W}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange")
}
_COMMENTS = {f"{_W}{name}" for name in ("commentRangeStart", "commentRangeEnd", "commentReference")}
_NOT_SHOWN = {f"{_W}{name}" for name in ("attachedTemplate", "docVars", "rsids", "mailMerge")}
_TEXT = re.compile(r"\}(?:t|instrText)$")
_SPOKEN = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|charts/.*|diagrams/.*)\.xml"
)
_DROPPED = re.compile(
    r"(?:docProps/(?:app|custom|thumbnail).*|customXml/.*|word/comments.*|word/people\.xml|"
    r"word/settings/.*|word/printerSettings/.*|.*/_rels/comments.*)"
)
_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://'
    b'schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_ACTIVE = {"/JavaScript", "/JS", "/Launch", "/RichMedia", "/ImportData", "/SubmitForm", "/GoToE"}


class Refused(Exception):
    """The file is refused; `code` says why."""

    def __init__(self, code: int) -> None:
        self.code = code


_SCAN, _END, _REMARK = 0xDA, 0xD9, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
_JPEG_KEPT = {0xE0: 16, 0xEE: 14}  # the bare heads of JFIF and Adobe, by their length
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs")
)
_MAX_PIXELS = 30_000_000
_WRITTEN_ANEW = ("GIF", "WEBP", "BMP", "TIFF")


def plain_picture(content: bytes) -> bytes:
    """A picture without remarks; what is none that we know (drawings of Office) stays as it is."""
    if content.startswith(b"\xff\xd8"):
        return plain_jpeg(content)
    if content.startswith(_PNG):
        return plain_png(content)
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 -- only for these kinds

    try:
        opened = Image.open(BytesIO(content), formats=_WRITTEN_ANEW)
    except UnidentifiedImageError:
        return content
    if opened.width * opened.height > _MAX_PIXELS:
        raise Refused(TOO_LARGE)
    picture, written = opened.copy(), BytesIO()
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    picture.save(written, opened.format)
    return written.getvalue()


def plain_jpeg(content: bytes) -> bytes:
    """A JPEG without EXIF, XMP, IPTC, colour profile, remarks and whatever stands behind its end.

    The picture itself is not touched.
    """
    pieces, at = [content[:2]], 2
    while (found := _NEXT.search(content, at)) is not None:
        at, marker = found.start(), content[found.start() + 1]
        if marker == _END:
            break
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if marker == _SCAN:  # the picture follows, up to the next marker
            end = found.start() if (found := _NEXT.search(content, end)) else len(content)
        is_remark = marker == _REMARK or marker in _APPLICATIONS
        if not is_remark or _JPEG_KEPT.get(marker) == length:
            pieces.append(content[at:end])
        at = end
    return b"".join([*pieces, b"\xff\xd9"])


def plain_png(content: bytes) -> bytes:
    """A PNG of what it takes to draw it: no texts, times, EXIF, profile, nothing behind its end."""
    pieces, at = [content[:8]], 8
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind = content[at + 4 : at + 8]
        if kind in _PNG_KEPT:
            pieces.append(content[at : at + 12 + length])
        if kind == b"IEND":
            break
        at += 12 + length
    return b"".join(pieces)


class Word:
    """A .docx, read and written anew part by part."""

    def __init__(self, content: bytes) -> None:
        from lxml import etree  # noqa: PLC0415 -- only for this kind of file

        self.etree = etree
        self.parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        self.facts: dict[str, Any] = {"kind": "docx", "meta": {}, "comments": 0, "pictures": 0}
        self.text: list[str] = []
        self.parts = self._unpacked(content)

    def _unpacked(self, content: bytes) -> dict[str, bytes]:
        parts: dict[str, bytes] = {}
        total = 0
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_PARTS:
                raise Refused(TOO_LARGE)
            for entry in entries:
                if entry.flag_bits & 1:
                    raise Refused(PASSWORD)
                with archive.open(entry) as part:
                    parts[entry.filename] = part.read(_MAX_UNPACKED - total + 1)
                total += len(parts[entry.filename])
                if total > _MAX_UNPACKED:
                    raise Refused(TOO_LARGE)
        if "word/document.xml" not in parts:
            raise Refused(OTHER)
        names = [name.lower() for name in parts]
        if any(
            name.endswith((".bin", ".exe", ".js", ".vbs", ".ole")) or "/embeddings/" in name
            or "/activex/" in name or "vba" in name
            for name in names
            if "printersettings" not in name
        ):  # fmt: skip
            raise Refused(PROGRAM)
        return parts

    def _tree(self, content: bytes) -> Any:
        tree = self.etree.fromstring(content, self.parser)
        if tree.getroottree().docinfo.doctype:
            raise Refused(BROKEN)
        return tree

    def _read_meta(self) -> None:
        wanted = {"creator", "lastModifiedBy", "title", "subject", "keywords", "description",
                  "category", "Company", "Manager"}  # fmt: skip
        for name in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
            if name in self.parts:
                for element in self._tree(self.parts[name]).iter("{*}*"):
                    label = element.tag.rpartition("}")[2]
                    text = (element.text or "").strip()
                    if text and (label in wanted or name.endswith("custom.xml")):
                        self.facts["meta"][label] = text[:200]

    def _words(self, tree: Any) -> Iterator[str]:
        for _event, element in self.etree.iterwalk(tree, events=("end",)):
            tag = element.tag
            if not isinstance(tag, str):
                continue
            if _TEXT.search(tag):
                yield element.text or ""
            elif tag.endswith("}docPr"):
                yield f"\n{element.get('descr') or ''} {element.get('title') or ''}\n"
            elif tag in {f"{_W}p", f"{_W}br", f"{_W}cr"} or tag.endswith("}p"):
                yield "\n"
            elif tag in {f"{_W}tab", f"{_W}tc"}:
                yield "\t"
            elif tag == f"{_W}vanish":
                self.facts["hidden"] = True

    def _clean_part(self, name: str, content: bytes) -> bytes:
        tree = self._tree(content)
        for element in list(tree.iter("{*}*")):
            if element.tag in _TRACKED:
                raise Refused(TRACKED)
            if element.tag == f"{_W}altChunk":
                raise Refused(PROGRAM)
            if element.tag in _COMMENTS | _NOT_SHOWN or element.tag == _FALLBACK:
                self.facts["comments"] += element.tag == f"{_W}commentReference"
                if (parent := element.getparent()) is not None:
                    parent.remove(element)
        if _SPOKEN.fullmatch(name):
            self.text += ["\n", *self._words(tree)]
        return self._written(tree)

    def _written(self, tree: Any) -> bytes:
        return bytes(
            self.etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        )

    def _clean_relations(self, name: str, content: bytes) -> bytes:
        tree = self._tree(content)
        for relation in list(tree):
            kind = (relation.get("Type") or "").rpartition("/")[2]
            target = (relation.get("Target") or "").lstrip("/")
            if relation.get("TargetMode") == "External" and kind != "attachedTemplate":
                if kind != "hyperlink":
                    raise Refused(OUTSIDE)
                self.text.append(f"\n{target}\n")
            folder = name.partition("_rels/")[0]
            if _DROPPED.fullmatch(target) or _DROPPED.fullmatch(folder + target) or kind in {
                "customXml", "attachedTemplate", "thumbnail",
            } or "comments" in kind or kind == "people":  # fmt: skip
                tree.remove(relation)
        return self._written(tree)

    def cleaned(self) -> bytes:
        self._read_meta()
        written = BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                if _DROPPED.fullmatch(name):
                    continue
                archive.writestr(zipfile.ZipInfo(name), self._cleaned_part(name, content))
        return written.getvalue()

    def _cleaned_part(self, name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml":
            tree = self._tree(content)
            if b"macroEnabled" in content:
                raise Refused(PROGRAM)
            for entry in list(tree):
                if _DROPPED.fullmatch((entry.get("PartName") or "").lstrip("/")):
                    tree.remove(entry)
            return self._written(tree)
        if name == "docProps/core.xml":
            return _CORE
        if name.endswith(".rels"):
            return self._clean_relations(name, content)
        if name.startswith("word/media/"):
            self.facts["pictures"] += 1
            return plain_picture(content)
        return self._clean_part(name, content) if name.endswith(".xml") else content


class Pdf:
    """A PDF: its pages are copied into a new file, with nothing that is not shown."""

    def __init__(self, content: bytes) -> None:
        import pypdf  # noqa: PLC0415 -- only for this kind of file

        self.pypdf = pypdf
        self.reader: Any = pypdf.PdfReader(BytesIO(content), strict=False)
        if self.reader.is_encrypted:
            raise Refused(PASSWORD)
        if len(self.reader.pages) > MAX_PAGES:
            raise Refused(TOO_LARGE)
        self.facts: dict[str, Any] = {"kind": "pdf", "meta": {}, "comments": 0, "pictures": 0}
        self.text: list[str] = []

    def _refuse_programs(self) -> None:
        root = self.reader.trailer["/Root"]
        names = root.get("/Names")
        names = names.get_object() if names is not None else {}
        if "/EmbeddedFiles" in names or "/JavaScript" in names or "/Collection" in root:
            raise Refused(PROGRAM)
        form = root.get("/AcroForm")
        if form is not None and "/XFA" in form.get_object():
            raise Refused(PROGRAM)
        places = [root, *self.reader.pages]
        for holder in places:
            for key in ("/OpenAction", "/AA", "/A"):
                self._refuse_action(holder.get(key))

    def _refuse_action(self, action: Any, depth: int = 0) -> None:
        action = action.get_object() if action is not None else None
        if not isinstance(action, dict) or depth > 5:
            return
        if str(action.get("/S")) in _ACTIVE or "/JS" in action:
            raise Refused(PROGRAM)
        for value in action.values():
            if isinstance(value, (dict, self.pypdf.generic.IndirectObject)):
                self._refuse_action(value, depth + 1)

    def _read_meta(self) -> None:
        for key, value in (self.reader.metadata or {}).items():
            if key in {"/Author", "/Title", "/Subject", "/Keywords", "/Company"} and value:
                self.facts["meta"][key.lstrip("/")] = str(value)[:200]

    def _read_page(self, page: Any) -> None:
        self.text.append("\n" + (page.extract_text() or ""))
        for mark in page.get("/Annots") or []:
            mark = mark.get_object()
            if mark.get("/Subtype") in {"/FileAttachment", "/RichMedia", "/Movie", "/Screen"}:
                raise Refused(PROGRAM)
            self._refuse_action(mark.get("/A"))
            self._refuse_action(mark.get("/AA"))
            action = mark.get("/A")
            address = action.get_object().get("/URI") if action is not None else None
            self.text.append(
                f"\n{mark.get('/Contents') or ''} {mark.get('/V') or ''} {address or ''}"
            )
            self.facts["comments"] += mark.get("/Subtype") in {"/Text", "/FreeText", "/Popup"}
            self.facts["signed"] = self.facts.get("signed") or mark.get("/FT") == "/Sig"
        resources = page.get("/Resources")
        pictures = (resources.get_object() if resources is not None else {}).get("/XObject")
        for picture in (pictures.get_object() if pictures is not None else {}).values():
            self.facts["pictures"] += picture.get_object().get("/Subtype") == "/Image"

    def cleaned(self) -> bytes:
        self._refuse_programs()
        self._read_meta()
        writer: Any = self.pypdf.PdfWriter()
        generic = self.pypdf.generic
        for page in self.reader.pages:
            self._read_page(page)
            copied = writer.add_page(page)
            for key in ("/AA", "/PieceInfo", "/Metadata", "/Thumb", "/LastModified"):
                copied.pop(key, None)
            if "/Annots" in copied:
                marks = copied["/Annots"].get_object()
                links = [mark for mark in marks if mark.get_object().get("/Subtype") == "/Link"]
                copied[generic.NameObject("/Annots")] = generic.ArrayObject(links)
        for thing in writer._objects:
            if isinstance(thing, dict):
                self._clean_object(thing)
        writer.metadata = None
        writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
        written = BytesIO()
        writer.write(written)
        return written.getvalue()

    def _clean_object(self, thing: Any) -> None:
        for key in ("/Metadata", "/PieceInfo"):
            thing.pop(key, None)
        if thing.get("/Subtype") == "/Image" and str(thing.get("/Filter")) == "/DCTDecode":
            thing._data = plain_jpeg(thing._data)


def opened(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Facts with the text, and the cleaned file. Raises Refused."""
    reader: Word | Pdf
    if content[:1024].lstrip().startswith(b"%PDF-"):
        reader = Pdf(content)
    elif content.startswith(b"PK"):
        reader = Word(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(PASSWORD if b"E\0n\0c\0r\0y\0p\0t\0" in content else OTHER)
    else:
        raise Refused(OTHER)
    cleaned = reader.cleaned()
    text = "".join(reader.text)
    reader.facts["is_cut"] = len(text) > MAX_TEXT
    return reader.facts | {"text": text[:MAX_TEXT]}, cleaned


def _main() -> int:
    try:
        facts, cleaned = opened(sys.stdin.buffer.read())
    except Refused as refused:
        return refused.code
    except (MemoryError, RecursionError):
        return TOO_LARGE
    except Exception:
        return BROKEN
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + cleaned)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(_main())
