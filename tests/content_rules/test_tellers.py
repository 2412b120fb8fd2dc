"""Seven sets of texts about tellers and marks of secrecy: found, or left alone, text by text."""

import tomllib
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from content_rules.rulebook import GIVES_AWAY, find

TODAY = date(2026, 11, 26)
SETS = ("first", "second", "third", "fourth", "fifth", "sixth", "stranger")
BAR = 0.95
NONE: dict[str, list[str]] = {"texts": []}  # a set may do without marks
FORMS: dict[str, Callable[[str], str]] = {
    "as written": str,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "zero-width between": lambda text: "\u200b".join(text),
    "hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "two spaces": lambda text: text.replace(" ", "  "),
}


@cache
def texts(name: str, *kinds: str) -> tuple[str, ...]:
    path = Path(__file__).with_name(f"tellers_{name}.toml")
    loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(text for kind in kinds for text in loaded.get(kind, NONE)["texts"])


def is_given_away(text: str) -> bool:
    return any(hit.rule in GIVES_AWAY for hit in find(text, today=TODAY))


def test_each_large_set_holds_as_many_innocent_texts_as_others():
    for name in ("first", "second", "third", "fifth", "stranger"):
        assert len(texts(name, "teller", "mark")) == 60
        assert len(texts(name, "innocent_teller", "innocent_mark")) == 60


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SETS)
def test_tellers_and_marks_are_found(name: str, form: str):
    given = texts(name, "teller", "mark")

    missed = [text for text in given if not is_given_away(FORMS[form](text))]

    assert len(missed) <= (1 - BAR) * len(given), missed


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SETS)
def test_innocent_neighbours_are_left_alone(name: str, form: str):
    given = texts(name, "innocent_teller", "innocent_mark")

    blocked = [text for text in given if is_given_away(FORMS[form](text))]

    assert len(blocked) <= (1 - BAR) * len(given), blocked


@pytest.mark.parametrize(
    "text",
    [
        "nho tin cua ba Tu nha so 12 to 5",
        "Theo lời con gái ông Bảy, chúng hay tụ tập ở đây.",
        "Được một hộ ở đầu hẻm báo, tổ tuần tra tới ngay.",
        "CẢM ƠN BÀ HOA BÁN TẠP HÓA ĐÃ BÁO TIN",
    ],
)
def test_teller_is_blocked_by_name_kinship_and_house(text: str):
    assert "teller" in {hit.rule for hit in find(text, today=TODAY) if hit.level == "block"}


@pytest.mark.parametrize(
    "text",
    [
        "CẢM ƠN BÀ CON ĐÃ BÁO TIN",
        "Cảm Ơn Bà Con Đã Cung Cấp Thông Tin",
        "Nhờ trưởng ấp báo giúp chủ hộ ra bổ sung hồ sơ.",
        "Passport ai để quên trên bàn tiệm phở, tiệm đã gửi công an.",
        "Ông Hùng bị tố cáo đánh người.",
        "Đường Trần Phú ngập, bà con phản ánh nhiều lần.",
    ],
)
def test_thanks_to_all_and_other_news_name_no_teller(text: str):
    assert "teller" not in {hit.rule for hit in find(text, today=TODAY)}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    ["báo tin " * 8_000, "bà Tư " * 10_000, "nhờ tin của " * 6_000, "một hộ ở cạnh " * 5_000,
     "m. " * 20_000, "- mật " * 10_000, "chị kể cho công an " * 3_000,
     "ảnh tin thư " * 5_000 + "công an", "a_" * 30_000 + "mật.docx"],
    ids=["acts", "people", "sources", "houses", "letters", "strokes", "heard", "sent", "files"],
)  # fmt: skip
def test_no_text_about_tellers_keeps_the_check_busy(text: str):
    find(text, today=TODAY)
