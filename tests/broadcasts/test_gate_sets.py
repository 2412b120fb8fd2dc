"""The written sets of texts: what the gate finds in them, in whatever form they are typed."""

import re
import unicodedata
from collections.abc import Callable

import pytest

from content_rules.engine.findings import Level
from content_rules.rulebook import find
from tests.broadcasts.gate_cases import OFFICIAL, SETS, TODAY, Case, cases, rules_of, score
from tests.sizes import size

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SHORT = 40  # letters
# Each text is typed in every third of the eight forms; `make drill ARGS=forms` types it in all.
EVERY = size(1, 3)


def rules(case: Case, text: str) -> frozenset[str]:
    return rules_of(case.where, text)


@pytest.fixture(scope="module")
def as_written() -> dict[Case, frozenset[str]]:
    """Every case with the rules that its text breaks."""
    return {case: rules(case, case.text) for name in SETS for case in cases(name)}


@pytest.mark.parametrize("name", SETS)
def test_gate_finds_what_must_not_be_said_and_little_else(name: str) -> None:
    told = score(name)

    assert told.right() / told.expected() >= 0.99
    assert told.right() / told.claimed() >= 0.95


def test_sets_are_large_enough_and_nearly_a_third_of_them_is_innocent() -> None:
    sizes = {name: list(cases(name)) for name in SETS}

    assert len(sizes["written"]) >= 500
    assert all(len(texts) >= 100 for texts in sizes.values())
    for texts in sizes.values():
        assert sum(not case.rules for case in texts) >= 0.3 * len(texts)


def test_no_text_stands_in_two_sets_but_short_titles_that_everybody_writes() -> None:
    texts = [
        (case.where, case.text)
        for name in SETS
        for case in cases(name)
        if case.rules or len(case.text) > SHORT
    ]

    assert len(texts) == len(set(texts))


FORMS: dict[str, Callable[[str], str]] = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "full-width digits": lambda text: text.translate(WIDE),
    "zero-width between": lambda text: "\u200b".join(text),
    "hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "two spaces": lambda text: text.replace(" ", "  "),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "bold signs": lambda text: re.sub(r"(\d{4,})", r"**\1**", text),
}


@pytest.mark.parametrize(("number", "form"), list(enumerate(FORMS)))
def test_gate_finds_the_same_in_other_forms_of_a_text(
    number: int, form: str, as_written: dict[Case, frozenset[str]]
) -> None:
    changed = [
        case.text
        for case, found in list(as_written.items())[number % EVERY :: EVERY]
        if rules(case, FORMS[form](case.text)) != found
    ]

    assert changed == []


def test_numbers_are_found_in_capitals_and_without_marks() -> None:
    numbers = {"national_id", "passport", "insurance", "card", "bank_account", "phone"}

    for case in cases("written"):
        if case.rules & numbers:
            assert rules(case, case.text.upper()) & numbers == case.rules & numbers


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Gọi 0912\n000\n345 nhé", "phone"),
        ("Gọi 0912, 000, 345 nhé", "phone"),
        ("Gọi 0912*000*345 nhé", "phone"),
        ("Gọi O9I2OOO345 nhé", "phone"),
        ("Gọi không chín một hai không không không ba bốn năm nhé", "phone"),
        ("Căn cước 075:090:000:123", "national_id"),
        ("Căn cước 07509000\n0123", "national_id"),
        ("Căn cước 0750900l0123", "national_id"),
        ("STK 1903,0001,2345,67 Techcombank", "bank_account"),
        ("Biển số 60F1•123•45", "plate"),
        ("Gọi 091200034\n5 nhé", "phone"),
        ("CCCD 0750900001\n23", "national_id"),
        ("hộ chiếu C12345\n67", "passport"),
        ("mat\nke hoach tuan toi", "secrecy"),
    ],
)
def test_signs_within_a_number_hide_nothing(text: str, rule: str) -> None:
    assert [hit.rule for hit in find(text)] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "Ca sáng 07:30 - 09:15, 28 người",
        "Tàu chạy lúc 08:30, 9:45, 10:15, 11:30",
        "Thu 500.000, 300.000, 250.000 đồng",
        "0912***345 là số đã che",
        "Năm 2022 2023 2024 2025 có 12, 9, 7, 5 vụ",
        "Ấp 1: 0, ấp 2: 3, ấp 3: 5, ấp 4: 7, ấp 5: 12, ấp 6: 8",
    ],
)
def test_hours_sums_and_rows_are_no_number_of_a_person(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Nhà văn hóa ấp 3 bị dột, bà con góp tôn với ông Nguyễn Văn Sáu tổ trưởng",
        "Cúp Nguyễn Trãi: đội ấp 1 bị loại ở bán kết",
        "PHẠM LUẬT GIAO THÔNG BỊ PHẠT NẶNG",
        "trần nhà văn hóa bị dột",
        "8h sáng mai họp với đ/c Hùng và đ/c Nam tại UBND",
        "Đại úy Nguyễn Văn Khoa, đ/c Lê Minh cùng bà con dọn kênh lúc 7h",
        "Luật sư Hoàng Minh Đức tư vấn pháp luật về nợ và ly hôn",
        "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n(đã ký)\nTrần Thị Kim Loan",
        "Các đồng chí: Nguyễn Văn Nam, Trần Văn Bắc, Lê Thị Đông dự họp",
        "Đường Trần Phú đoạn từ Lê Lợi đến Nguyễn Huệ cấm xe",
        "Công ty TNHH Lê Trần tuyển 20 công nhân",
        "Hồ Trị An xả tràn, Lâm Đồng và Cao Bằng có mưa lớn",
        "DANG KY TAM TRU, PHAN ANH HIEN TRUONG QUA VNEID",
        "anh Ba, chị Tư, chú Năm Râu đều đồng ý",
    ],
)
def test_offices_places_and_nicknames_are_no_names_of_private_people(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("Vườn sầu riêng của anh Võ Văn Tâm bị sâu bệnh", "Võ Văn Tâm", "người dân"),
        ("Hợp tác xã của bà Lê Thị Mai", "Lê Thị Mai", "người dân"),
        ("Hộ được tặng nhà:\n1. Lê Văn Tám", "Lê Văn Tám", "người dân"),
        ("Trưởng ấp 3 giúp ông Lê Văn Bảy sửa nhà", "Lê Văn Bảy", "người dân"),
        ("Người bán: Trần Thị B., chợ Bình Yên", "Trần Thị B", "người dân"),
        ("ông trần văn lộc ở tổ 3", "trần văn lộc", "người dân"),
        ("chu tk NGUYEN THI HONG", "NGUYEN THI HONG", "người dân"),
        ("chị T. cho biết không vay tiền", "T", "người dân"),
        ("Cháu Bảo đi học chưa về", "Bảo", "dưới 18 tuổi"),
        ("Nguyễn Hoàng Phúc (SN 2012) đi lạc", "Nguyễn Hoàng Phúc", "dưới 18 tuổi"),
        ("Khởi tố Lê Văn Dũng về tội trộm cắp", "Lê Văn Dũng", "bị xử lý hoặc bị hại"),
    ],
)
def test_the_name_of_a_private_person_asks_for_a_reason(text: str, words: str, said: str) -> None:
    (hit,) = find(text, today=TODAY)

    assert (hit.rule, hit.level, hit.excerpt) == ("named_person", Level.REASON, words)
    assert said in hit.sentence


def test_an_official_beside_the_own_phone_may_be_named() -> None:
    text = "Liên hệ Nguyễn Văn Hùng 0900 000 201 để được hướng dẫn"

    assert find(text, official=OFFICIAL) == []
    assert {hit.rule for hit in find(text)} == {"named_person", "phone"}


@pytest.mark.parametrize(
    "text",
    [
        "Tuần 49\nT2: Hùng + Tài\nT3: Sơn + Lộc",
        "Ngày\tCa ngày\tCa đêm\n1/12\tNguyễn Văn An\tTrần Văn Bình\n2/12\tLê Chung\tVõ Dũng",
        "Phân công canh bão: cống 1 anh Tư; cống 2 chú Chín; từ 20h đến sáng",
        "22h tối nay tổ 3 tập trung ở cầu Đen rồi đi vòng ấp 4 kiểm tra đột xuất",
    ],
)
def test_a_roster_is_told_by_its_form_and_covers_its_people(text: str) -> None:
    assert [hit.rule for hit in find(text)] == ["duty_plan"]


@pytest.mark.parametrize(
    "text",
    [
        "Lịch tiếp công dân: 5/12 đ/c Nguyễn Văn Hùng; 12/12 đ/c Trần Văn Nam, 8h-11h",
        "Lịch học bơi: T2 thầy Nam, T4 thầy Hải, T6 cô Lan, 15h-17h",
        "Giờ làm việc: sáng 7h30-11h30, chiều 13h-17h từ thứ 2 đến thứ 6",
        "Đêm qua tổ tuần tra bắt quả tang 2 thanh niên trộm chó lúc 2h tại ấp 4",
        "Tổ 1 họp 19h thứ 2, tổ 2 họp 19h thứ 3 tại nhà văn hóa",
    ],
)
def test_hours_of_the_public_are_no_roster(text: str) -> None:
    assert find(text) == []


def test_a_finding_says_where_its_words_stand() -> None:
    text = "Xe mất: \u200b60B1-234.56. Gọi ０９１２ ０００ ３４５!"

    plate, phone = find(text)

    assert text[plate.start : plate.end] == "60B1-234.56"
    assert text[phone.start : phone.end] == "０９１２ ０００ ３４５"
    assert (plate.level, phone.level) == (Level.REASON, Level.BLOCK)


def test_a_finding_never_repeats_a_whole_number_of_a_person() -> None:
    text = "CCCD 075090000123, gọi 0912000345, STK 1903000123456 Techcombank, hộ chiếu C1234567"

    told = "".join(hit.sentence + hit.excerpt for hit in find(text))

    for number in ("075090000123", "0912000345", "1903000123456", "C1234567"):
        assert number not in told


def test_the_key_of_a_finding_stays_when_the_text_around_it_changes() -> None:
    (before,) = find("Xe 60B1-234.56 bị mất.")
    (after,) = find("Tin mới: xe 60b1-234.56 đã tìm thấy.")
    (other,) = find("Xe 60B1-234.57 bị mất.")
    (in_title,) = find("Xe 60B1-234.56 bị mất.", where="title")

    assert before.key == after.key
    assert len({before.key, other.key, in_title.key}) == 3


def test_an_official_phone_may_stand() -> None:
    text = "Trực ban: 0900 000 113"

    assert find(text, official=frozenset({"+84900000113"})) == []
    assert [hit.rule for hit in find(text)] == ["phone_unlisted"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    ["0" * 60_000, "9" * 60_000, "a " * 30_000, "Nguyễn " * 9_000, "MẬT " * 9_000, "(" * 60_000,
     "bé bé " * 10_000, "căn cước " * 7_000, "12 " * 20_000, "tài khoản" * 7_000,
     "0912000345, " * 5_000],
    ids=["noughts", "nines", "letters", "names", "marks", "brackets", "children", "cues", "pairs",
         "accounts", "phones"],
)  # fmt: skip
def test_no_text_keeps_the_gate_busy(text: str) -> None:
    find(text)
