"""Files of posts: what is read, what is removed, what is refused."""

import zipfile
from io import BytesIO

import docx
import pytest
from PIL import Image
from pypdf import PdfReader

from broadcasts.posts import file_reader
from broadcasts.posts.attachments import MAX_BYTES, NotADocument, clean_document, removed
from tests.broadcasts import documents as made

TEXT = "Thong bao lich cap can cuoc luu dong tai nha van hoa"


def refusal(content: bytes) -> str:
    with pytest.raises(NotADocument) as refused:
        clean_document(content)
    return str(refused.value)


def test_word_is_read_whole() -> None:
    document = docx.Document()
    document.add_paragraph("Phần thân")
    document.add_table(1, 1).cell(0, 0).text = "075090000123"
    document.sections[0].header.paragraphs[0].text = "TỐI MẬT"
    target = BytesIO()
    document.save(target)

    text = clean_document(target.getvalue()).text

    assert [word in text for word in ("Phần thân", "075090000123", "TỐI MẬT")] == [True] * 3


def test_word_loses_author_comments_and_notes_of_its_pictures() -> None:
    content = made.word(
        TEXT, author="Nguyễn Văn Hùng", comment="chỗ này bịa", picture=made.jpeg_with_place()
    )

    taken = clean_document(content)

    whole = b"".join(made.parts_of(taken.content).values())
    for secret in ("Nguyễn Văn Hùng", "chỗ này bịa", "Nha ong Ba"):
        assert secret.encode() in b"".join(made.parts_of(content).values())
        assert secret.encode() not in whole
    assert removed(taken.facts)[-1] == "1 ghi chú, nhận xét"
    assert docx.Document(BytesIO(taken.content)).paragraphs[0].text == TEXT


def test_pdf_is_read_and_loses_author_and_notes() -> None:
    content = made.pdf(TEXT, author="Nguyen Van Hung", note="ban nhap cua Hung")

    taken = clean_document(content)

    assert TEXT in taken.text
    assert "ban nhap cua Hung" in taken.text
    assert b"Hung" not in taken.content
    assert "người tạo: Nguyen Van Hung" in removed(taken.facts)
    assert TEXT in PdfReader(BytesIO(taken.content)).pages[0].extract_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "PDF hoặc Word", id="nothing"),
        pytest.param(b"MZ\x90\x00" + b"0" * 500, "PDF hoặc Word", id="program"),
        pytest.param(b"%PDF-1.7 and nothing more", "bị hỏng", id="broken pdf"),
        pytest.param(b"PK\x03\x04 and nothing more", "bị hỏng", id="broken zip"),
        pytest.param(b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".doc cũ", id="old word"),
        pytest.param(
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu", id="locked"
        ),
        pytest.param(made.pdf(TEXT, password="1"), "mật khẩu", id="locked pdf"),
        pytest.param(made.pdf(TEXT, script="app.alert(1)"), "mã lệnh", id="script"),
        pytest.param(made.pdf(TEXT, attached=b"x"), "tệp nhúng", id="attachment"),
        pytest.param(b"0" * (MAX_BYTES + 1), "5 MB", id="heavy"),
        pytest.param(
            made.with_parts(made.word(TEXT), {"word/vbaProject.bin": b"x"}), "macro", id="macro"
        ),
        pytest.param(
            made.with_parts(made.word(TEXT), {"word/embeddings/a.xlsx": b"x"}), "nhúng", id="inside"
        ),
        pytest.param(
            made.with_parts(made.word(TEXT), {}, [("<w:t>", "<w:del/><w:t>")]),
            "Track Changes",
            id="tracked",
        ),
        pytest.param(
            made.with_parts(made.word(TEXT), {}, [("<w:body>", "<!--x--><w:body><")]),
            "bị hỏng",
            id="broken xml",
        ),
        pytest.param(
            made.with_parts(
                made.word(TEXT),
                {},
                [("<w:document", '<!DOCTYPE d [<!ENTITY a "b">]><w:document')],
            ),
            "bị hỏng",
            id="entities",
        ),
    ],
)
def test_what_is_no_plain_document_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_a_bomb_is_refused() -> None:
    target = BytesIO(made.word(TEXT))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/big.bmp", b"\0" * (80 * 1024 * 1024))

    assert "bất thường" in refusal(target.getvalue())


def test_content_decides_and_not_the_name() -> None:
    assert clean_document(made.pdf(TEXT)).suffix == "pdf"
    assert clean_document(made.word(TEXT)).suffix == "docx"


def test_pictures_lose_what_a_phone_writes_into_them() -> None:
    picture = Image.open(BytesIO(made.jpeg_with_place()))
    noted = BytesIO()
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 -- only here

    told = PngInfo()
    told.add_text("Author", "Nguyen Van Hung")
    picture.save(noted, "PNG", pnginfo=told)

    jpeg, png = (
        file_reader.plain_jpeg(made.jpeg_with_place()),
        file_reader.plain_png(noted.getvalue()),
    )

    assert b"Nha ong Ba" not in jpeg
    assert b"Nguyen Van Hung" not in png
    assert [Image.open(BytesIO(one)).size for one in (jpeg, png)] == [(40, 40)] * 2
