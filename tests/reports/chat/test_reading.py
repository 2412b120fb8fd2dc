"""The words of a private message alone decide its kind."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from reports.chat.reading import LONGEST, Meaning, carries_secret, read
from zalo.inbox.events import Attachment, InboundMessage

AT = datetime(2026, 11, 26, 2, tzinfo=UTC)


def message(text: str = "", *hung: Attachment, kind: str = "text", **fields: Any) -> InboundMessage:
    return InboundMessage("7001", "m-1", kind, text, hung, AT, **fields)


@pytest.mark.parametrize(
    "text",
    [
        "Chào", "xin chào", "Em chào anh công an ạ", "alo", "A lô", "Alô alô", "chao can bo",
        "Hello ad", "ok", "Dạ vâng", "Cảm ơn cán bộ nhiều", "cam on nhe", "🙂", "👍👍", ".", "...",
        "Chào buổi sáng", "Chào công an xã", "hi", "ad oi", "công an ơi", "ok ad tks nhìu",
        "Chúc các anh ngày mới nhiều sức khỏe", "chuc may anh an tet vui ve", "thank you so much",
        "[Sticker] Xin chào", "ngủ ngon nha ad",
    ],
)  # fmt: skip
def test_greeting_is_made_of_nothing_but_greetings(text):
    assert read(message(text)).meaning is Meaning.GREETING


@pytest.mark.parametrize(
    "text",
    [
        "Chào anh, nhà tôi mất trộm", "alo cứu tôi với", "cháy", "cứu", "cướp", "có trộm",
        "Chào công an bắn pháo ở ấp 3", "công an ơi có đánh nhau", "mất xe", "ma túy", "113",
        "Ông Ba bán hàng giả", "xin chào tôi muốn báo tin", "đánh", "ấp 5", "ok có người lạ",
        "da ga", "bạn tôi bị lừa", "0900000123",
    ],
)  # fmt: skip
def test_whatever_else_is_said_is_a_tip(text):
    said = read(message(text))

    assert (said.meaning, said.words) == (Meaning.TIP, text)


@pytest.mark.parametrize(
    "text",
    ["MA", "mã", "Mã", "xin mã", "cho tôi xin mã", "mã biên nhận", "lấy mã", "Ma bien nhan", "mã."],
)
def test_wish_for_a_receipt(text):
    assert read(message(text)).meaning is Meaning.RECEIPT


@pytest.mark.parametrize("text", ["ma túy", "mã độc", "có mã OTP gửi tới", "má tôi bị ngã", "mã?"])
def test_other_words_with_ma_are_none(text):
    assert read(message(text)).meaning is Meaning.TIP


@pytest.mark.parametrize(
    "text",
    ["GẶP CÁN BỘ", "gap can bo", "cho tôi gặp cán bộ ạ", "muốn gặp công an", "chưa đúng",
     "không đúng cái tôi hỏi", "Dạ chưa đúng"],
)  # fmt: skip
def test_wish_for_a_person(text):
    assert read(message(text)).meaning is Meaning.PERSON


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("2.", 2), ("số 3 ạ", 3), ("so 2", 2), ("Chọn 1", 1)]
)
def test_number_is_a_pick(text, number):
    said = read(message(text))

    assert (said.meaning, said.number) == (Meaning.PICK, number)


@pytest.mark.parametrize(
    "text", ["4", "12", "113", "ấp 2", "2 người lạ", "không gặp cán bộ đâu cả"]
)
def test_other_numbers_and_words_are_told(text):
    assert read(message(text)).meaning is Meaning.TIP


def test_sticker_says_nothing():
    sticker = Attachment("sticker", url="https://zalo.example/1")

    assert read(message("", sticker, kind="sticker")).meaning is Meaning.NOTHING


def test_picture_alone_says_that_it_is_one():
    said = read(message("", Attachment("image", url="https://a.zdn.vn/1"), kind="image"))

    assert (said.meaning, said.words) == (Meaning.TIP, "[Chỉ gửi ảnh, không kèm lời]")


def test_greeting_with_a_picture_is_a_tip():
    picture = Attachment("image", url="https://a.zdn.vn/1")

    assert read(message("chào", picture, kind="image")).meaning is Meaning.TIP


def test_place_goes_into_words_and_place():
    said = read(
        message("", Attachment("location", latitude=10.5, longitude=106.25), kind="location")
    )

    assert said.words == "[Vị trí] 10.500000, 106.250000"
    assert said.place == "10.500000, 106.250000 (vị trí người báo tin gửi)"


def test_card_and_link_leave_a_line():
    card = Attachment("link", phone="0900000123")
    link = Attachment("link", url="https://lua-dao.example/x", description="Nhận quà")

    assert read(message("Số này gọi tôi", card, kind="business_card")).words.endswith("0900000123")
    assert "https://lua-dao.example/x Nhận quà" in read(message("", link, kind="link")).words


@pytest.mark.parametrize("text", ["VIỆC KHÁC: có người bán pháo", "viec khac co nguoi ban phao",
                                  "Tin mới. Có người bán pháo"])  # fmt: skip
def test_new_matter_is_said_first(text):
    said = read(message(text))

    assert said.is_new_matter
    assert not said.words.lower().startswith(("vi", "tin"))


def test_new_matter_without_words_is_asked_for_them():
    assert read(message("Việc khác")).meaning is Meaning.EMPTY_MATTER


def test_text_of_zalo_with_odd_signs_stays_text():
    said = read(message("a\x00b\r\nc" + "x" * 20_000))

    assert said.words.startswith("ab\nc")
    assert len(said.words) == 10_000


def test_no_more_of_a_huge_text_is_looked_at_than_is_kept(monkeypatch):
    looked_at = []
    monkeypatch.setattr(
        "reports.chat.reading.carries_mark", lambda text: looked_at.append(len(text))
    )
    huge = "Việc khác" + " " * LONGEST + "MẬT\n" * LONGEST

    event = message(huge)

    assert not carries_secret(event)
    assert looked_at == [LONGEST]
    assert "MẬT" not in read(event).words


def test_blank_lines_hold_nobody_up():
    started = time.process_time()

    assert not carries_secret(message("a" + "\n" * (LONGEST - 2) + "z"))

    assert time.process_time() - started < 1  # it was three to four
