"""The loudspeaker text is read out in full words, and its difficulty is measured."""

import pytest

from broadcasts.posts.printing import line_words, number_words, script
from broadcasts.posts.readability import look


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (105, "một trăm lẻ năm"),
        (1005, "một nghìn không trăm lẻ năm"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
        (500_000, "năm trăm nghìn"),
        (2_500_000_000, "hai tỷ năm trăm triệu"),
    ],
)
def test_numbers_as_they_are_said(number, words):
    assert number_words(number) == words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Gọi 113.", "Gọi một một ba."),
        ("Gọi 0900 000 123", "Gọi không chín không không không không không một hai ba"),
        ("từ 7h30 - 11h", "từ bảy giờ ba mươi đến mười một giờ"),
        ("lúc 19:05", "lúc mười chín giờ năm"),
        ("từ 6 giờ 30 đến 7 giờ", "từ sáu giờ ba mươi đến bảy giờ"),
        (
            "ngày 28/11/2026",
            "ngày hai mươi tám tháng mười một năm hai nghìn không trăm hai mươi sáu",
        ),
        ("thứ Bảy 5/4", "thứ Bảy ngày mùng năm tháng tư"),
        ("tháng 11/2026", "tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("ấp 3/2", "ấp ba tháng hai"),
        ("1/2 số hộ", "một phần hai số hộ"),
        ("trực 24/7", "trực suốt ngày đêm"),
        ("phạt 500.000đ", "phạt năm trăm nghìn đồng"),
        ("40 km/h", "bốn mươi ki-lô-mét một giờ"),
        ("12,5%", "mười hai phẩy năm phần trăm"),
        ("UBND xã, PCCC", "Ủy ban nhân dân xã, phòng cháy, chữa cháy"),
        ("số 25-CV/ĐU", "số hai mươi lăm"),
        (
            "Nghị định 168/2024/NĐ-CP",
            "Nghị định một trăm sáu mươi tám năm hai nghìn không trăm hai mươi bốn",
        ),
        ("đọc mã OTP 😀 nhé", "đọc mã ô-tê-pê nhé"),
        ("CẢNH BÁO", "CẢNH BÁO"),
    ],
)
def test_signs_become_words(written, said):
    assert line_words(written) == said


def test_a_script_counts_out_lists_and_keeps_no_link():
    text = "Bà con nhớ:\n- Khóa cửa;\n- Gọi 114\n\nXem https://congan.example.vn/bai?a=1."

    assert script(text) == [
        "Bà con nhớ:",
        "Thứ nhất: Khóa cửa.",
        "Thứ hai: Gọi một một bốn.",
        "Xem.",
        "Đường dẫn để xem thêm có trong nhóm Zalo của ấp.",
    ]


def test_a_long_sentence_and_office_words_are_hinted_at():
    long = "Đề nghị bà con " + "rất " * 30 + "chú ý."

    hints = look(f"{long}\nCác đối tượng trên địa bàn.").hints

    assert hints[0].startswith("Câu dài 36 chữ: “Đề nghị bà con rất rất …”")
    assert hints[1:] == [
        "“trên địa bàn”: bà con quen nghe “ở, trong xã”.",
        "“đối tượng”: bà con quen nghe “kẻ gian, người”.",
    ]


def test_a_plain_text_gets_no_hint_and_its_length_is_said():
    seen = look("Khóa cửa. Tắt bếp. Thấy cháy thì gọi 114.")

    assert (seen.words, seen.spoken, seen.hints) == (9, "10 giây", [])
