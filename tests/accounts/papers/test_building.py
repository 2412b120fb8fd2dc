"""Papers as Word files: every layout keeps its rules, the same content gives the same bytes."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document

from documents.building import build
from documents.content import Heading, Paper, Table, Text, ordinal, paragraphs
from tests.accounts.papers.samples import BLOCKS, COMMITTEE, PARTY, POLICE, sample_paper
from tests.papers_checking import validate

MINUTES = sample_paper(
    replace(POLICE, place="", symbol=""), title="Biên bản", code="", recipients=(),
    signatures=(*sample_paper().signatures, *sample_paper().signatures),
)  # fmt: skip


@pytest.mark.parametrize(
    "sample",
    [
        sample_paper(POLICE),
        sample_paper(COMMITTEE),
        sample_paper(PARTY),
        sample_paper(POLICE, is_across=True),
        sample_paper(PARTY, is_across=True),
        sample_paper(POLICE, recipients=()),
        MINUTES,
    ],
    ids=["police", "committee", "party", "across", "party across", "to nobody", "minutes"],
)
def test_every_layout_keeps_its_rules(sample):
    assert validate(build(sample)) == []


def test_same_content_gives_the_same_bytes():
    assert build(sample_paper()) == build(sample_paper())
    assert build(sample_paper()) != build(sample_paper(draft=3))


def lines(content: bytes) -> list[str]:
    return [one.text for one in Document(BytesIO(content)).paragraphs if one.text]


def test_headings_are_numbered_anew_under_each_heading_above():
    found = [block.text for block in sample_paper().body if isinstance(block, Heading)]

    assert found == [
        "I. Tình hình", "1. Nhóm Zalo", "2. Tin báo", "II. Kết quả", "1. Kiến nghị",
        "a) Với Đảng ủy", "b) Với Ủy ban nhân dân",
    ]  # fmt: skip
    assert [line for line in lines(build(sample_paper())) if line in found[1:3]] == found[1:3]


def test_ordinals_are_those_of_vietnamese_papers():
    assert [ordinal(number, 1) for number in (1, 4, 9, 14)] == ["I.", "IV.", "IX.", "XIV."]
    assert [ordinal(number, 3) for number in (1, 4, 5)] == ["a)", "d)", "đ)"]


def test_number_and_day_are_left_to_people():
    state, party = sample_paper(POLICE), sample_paper(PARTY)

    assert (state.number_line, party.number_line) == ("Số: …/BC-CAX", "Số …-BC/ĐU")
    assert state.date_line == "Mẫu Đơn, ngày … tháng … năm 2026"
    assert state.draft_line == "DỰ THẢO LẦN 2"


def test_a_table_of_nothing_says_so():
    empty = sample_paper(blocks=(Table(("Ấp", "Số"), ()),))

    table = Document(BytesIO(build(empty))).tables[1]

    assert table.rows[1].cells[0].text == "Không có."
    assert validate(build(empty)) == []


def test_what_a_person_typed_reaches_the_file_composed_and_without_control_letters():
    typed = paragraphs("Trật tự\x0b ổn định\n\n  Không có vụ việc \n")

    assert [one.text for one in typed] == ["Trật tự", "ổn định", "Không có vụ việc"]
    content = build(sample_paper(blocks=(Heading("Thời hạn đã tính"), Text("Tổ trưởng\x07 báo"))))
    assert lines(content)[2:] == ["I. THỜI HẠN ĐÃ TÍNH", "Tổ trưởng báo"]
    assert validate(content) == []


def test_a_long_paper_numbers_its_pages_from_the_second_on():
    section = Document(BytesIO(build(sample_paper(blocks=BLOCKS * 9)))).sections[0]

    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml


def test_mark_and_number_of_the_draft_stand_on_every_page():
    section = Document(BytesIO(build(sample_paper()))).sections[0]

    for foot in (section.footer, section.first_page_footer):
        assert foot.paragraphs[0].text == (
            "Dự thảo lần 2. Tài khoản mẫu lấy lúc 08:00 ngày 01/11/2026."
        )


def test_nothing_of_a_paper_is_left_out():
    def text_of(sample: Paper) -> str:
        return Document(BytesIO(build(sample))).element.xml

    text = text_of(sample_paper(PARTY))
    for part in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "T/M ĐẢNG ỦY",
        "Người Ký Mẫu",
        "- Như trên;",
        "Lưu: VT.",
    ):
        assert part in text
    assert "CỘNG HÒA" not in text
