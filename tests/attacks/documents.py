"""Documents with a program, an object or a lock inside, and innocent ones that look alike."""

import zipfile
import zlib
from io import BytesIO
from typing import Final

from tests.broadcasts.documents import pdf, with_parts, word

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
_RELATIONS = "word/_rels/settings.xml.rels"


def _ole(*names: str) -> bytes:
    return OLE + b"\0\0".join(name.encode("utf-16-le") for name in ("WordDocument", *names))


def _related(kind: str, target: str, *, mode: str = ' TargetMode="External"') -> bytes:
    relation = f'<Relationship Id="r1" Type="http://schemas.x/{kind}" Target="{target}"{mode}/>'
    return with_parts(
        word("a"), {_RELATIONS: f"<Relationships>{relation}</Relationships>".encode()}
    )


def _office(*names: str) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return kept.getvalue()


def _in_stream(objects: bytes, *, about: bytes = b"/Type/ObjStm/Filter/FlateDecode") -> bytes:
    """A PDF whose objects lie packed in a stream, as newer programs write it."""
    packed = zlib.compress(objects)
    return b"%PDF-1.7\n1 0 obj<<" + about + b">>stream\n" + packed + b"\nendstream endobj\n%%EOF"


ACTIVE: Final[dict[str, bytes]] = {
    "docx macro": with_parts(word("a"), {"word/vbaProject.bin": b"x"}),
    "docx object": with_parts(word("a"), {"word/embeddings/oleObject1.bin": b"x"}),
    "docx workbook inside": with_parts(word("a"), {"word/embeddings/a.xlsx": b"x"}),
    "docx control": with_parts(word("a"), {"word/activeX/activeX1.xml": b"<x/>"}),
    "docx template of elsewhere": _related("attachedTemplate", "http://x.vn/a.dotm"),
    "docx picture of elsewhere": _related("image", "http://x.vn/a.png"),
    "docx page inside": _related("aFChunk", "a.html", mode=""),
    "docx field": with_parts(
        word("a"), {"word/footer9.xml": b"<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>"}
    ),
    "docx program": with_parts(word("a"), {"word/media/a.exe": b"MZ"}),
    "xlsx macro": _office("xl/workbook.xml", "xl/vbaProject.bin"),
    "xlsx macro sheet": _office("xl/workbook.xml", "xl/macrosheets/sheet1.xml"),
    "xlsx link": _office("xl/workbook.xml", "xl/externalLinks/externalLink1.xml"),
    "pptx object": _office("ppt/presentation.xml", "ppt/embeddings/oleObject1.bin"),
    "doc macro": _ole("_VBA_PROJECT"),
    "doc package": _ole("\x01Ole10Native"),
    "doc locked": _ole("EncryptedPackage"),
    "rtf object": rb"{\rtf1 {\object\objocx{\*\objdata 0105}}}",
    "rtf data": rb"{\rtf1{\*\objdata01050000}}",
    "rtf template": rb"{\rtf1{\*\template http://x.vn/a.dotm}}",
    "rtf field": rb'{\rtf1{\field{\*\fldinst DDEAUTO "cmd"}}}',
    "pdf script": pdf("a", script="app.alert(1)"),
    "pdf attachment": pdf("a", attached=b"x"),
    "pdf locked": pdf("a", password="1"),
    "pdf escaped": b"%PDF-1.7\n1 0 obj<</S/J#61vaScript/J#53(app.alert(1))>>endobj",
    "pdf launch": b"%PDF-1.7\n1 0 obj<</S /Launch /F(cmd.exe)>>endobj",
    "pdf opens a page": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/URI/URI(http://x.vn)>>>>endobj",
    "pdf opens later": b"%PDF-1.7\n1 0 obj<</OpenAction 2 0 R>>endobj 2 0 obj<</S/URI>>endobj",
    "pdf packed": _in_stream(b"<</S/JavaScript/JS(app.alert(1))>>"),
    "pdf packed, escaped": _in_stream(
        b"<</S/JavaScript>>", about=b"/Type/Obj#53tm/Filter/Flate#44ecode"
    ),
    "pdf packed in another way": _in_stream(b"", about=b"/Type/ObjStm/Filter/LZWDecode")
    .replace(b"x\x9c", b"??"),
}  # fmt: skip
PLAIN: Final[dict[str, bytes]] = {
    "docx": word("Biên bản họp"),
    "docx with a link": _related("hyperlink", "https://dichvucong.gov.vn"),
    "docx with settings of a printer": with_parts(
        word("a"), {"word/printerSettings/printerSettings1.bin": b"x"}
    ),
    "docx about objects": word("Tệp có macro vbaProject.bin, DDE, JavaScript"),
    "doc": _ole(),
    "rtf": rb"{\rtf1\ansi Don trinh bao, object, template}",
    "pdf": pdf("Biên bản JavaScript"),
    "pdf shows its first page": b"%PDF-1.7\n1 0 obj<</OpenAction[3 0 R/FitH null]>>endobj",
    "pdf goes to a page": b"%PDF-1.7\n1 0 obj<</OpenAction 2 0 R>>endobj 2 0 obj[3 0 R/Fit]endobj",
    "pdf with a link": b"%PDF-1.7\n1 0 obj<</S/URI/URI(https://bocongan.gov.vn)>>endobj",
    "pdf packed": _in_stream(b"<</Type/Catalog/Pages 2 0 R>>"),
    "pdf with a picture": b"%PDF-1.7\n1 0 obj<</Length 9>>stream\n/JS/Launch\nendstream endobj",
}
