"""Documents for the tests, made by hand: small, and hostile where that is wanted."""

import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import docx
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)


def jpeg_with_place() -> bytes:
    """A picture that says where it was taken."""
    picture = Image.new("RGB", (40, 40), "red")
    exif = picture.getexif()
    exif[0x010E] = "Nha ong Ba, ap 2"
    target = BytesIO()
    picture.save(target, "JPEG", exif=exif)
    return target.getvalue()


def word(*paragraphs: str, author: str = "Hung", comment: str = "", picture: bytes = b"") -> bytes:
    """A .docx as Word writes it."""
    document = docx.Document()
    document.core_properties.author = author
    for text in paragraphs:
        document.add_paragraph(text)
    if comment:
        document.add_comment(document.paragraphs[0].runs, text=comment, author=author)
    if picture:
        document.add_picture(BytesIO(picture))
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def with_parts(
    content: bytes, parts: dict[str, bytes], replace: Iterable[tuple[str, str]] = ()
) -> bytes:
    """The same .docx with more parts, and with other words in its text."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                for before, after in replace:
                    part = part.replace(before.encode(), after.encode())
            new.writestr(name, part)
        for name, part in parts.items():
            new.writestr(name, part)
    return target.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pdf(text: str = "", *, author: str = "Hung", **options: Any) -> bytes:
    """A PDF of one page. `script` adds a program, `attached` a file, `password` locks it."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    drawn = DecodedStreamObject()
    lines = " ".join(f"({line}) Tj 0 -14 Td" for line in text.split("\n"))
    drawn.set_data(f"BT /F1 12 Tf 20 250 Td {lines} ET".encode())
    page[NameObject("/Contents")] = writer._add_object(drawn)
    if author:
        writer.add_metadata({"/Author": author})
    if note := options.get("note"):
        annotation = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Text"),
                NameObject("/Contents"): TextStringObject(note),
            }
        )
        writer.add_annotation(0, annotation)
    if script := options.get("script"):
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject(script),
            }
        )
    if attached := options.get("attached"):
        writer.add_attachment("a.txt", attached)
    if password := options.get("password"):
        writer.encrypt(password, algorithm="RC4-128")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()
