"""Words that need somebody at once, and hints for whoever sorts the tips."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.tips.emergency import Hint, hints, numbers_to_call

CASES = Path(__file__).parent / "emergency_cases"


def cases(name: str) -> list[tuple[str, tuple[str, ...]]]:
    told = []
    for line in (CASES / name).read_text().splitlines():
        if line and not line.startswith("#"):
            numbers, _bar, words = line.partition(" | ")
            told.append((words, () if numbers == "-" else tuple(numbers.split())))
    return told


MENDED = [
    case for name in ("written.txt", "later.txt", "third.txt", "fourth.txt") for case in cases(name)
]


@pytest.mark.parametrize(("words", "numbers"), MENDED)
def test_the_number_to_call_is_named(words, numbers):
    assert numbers_to_call(words) == numbers


def test_of_messages_the_rules_never_saw_this_much_is_right():
    told = [(numbers, numbers_to_call(words)) for words, numbers in cases("unseen.txt")]
    missed = sum(bool(numbers) and not named for numbers, named in told)
    false = sum(bool(named) and not numbers for numbers, named in told)

    # Half are missed: the chat names all three numbers in its ordinary answer as well.
    assert (len(told), missed <= 11, false <= 4) == (36, True, True)


def test_several_needs_name_several_numbers_once():
    assert numbers_to_call("cháy nhà, cháy nhà, có người bị thương, đang đánh nhau") == (
        "114", "115", "113",
    )  # fmt: skip


def test_that_it_is_over_counts_for_its_own_sentence_alone():
    assert numbers_to_call("Hôm qua có cháy nhà, đã dập tắt. Giờ đang đánh nhau.") == ("113",)


@given(st.text(max_size=300))
def test_any_text_names_known_numbers_once(text):
    named = numbers_to_call(text)

    assert set(named) <= {"113", "114", "115"}
    assert len(named) == len(set(named))


# Hints


def kinds(text: str) -> list[str]:
    return [hint.kind for hint in hints(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ĐƠN TỐ CÁO\nKính gửi công an xã", "denunciation"),
        ("Tôi làm đơn tố cáo ông chủ tịch xã nhận hối lộ", "denunciation"),
        ("tôi tố cáo cán bộ địa chính đòi tiền", "denunciation"),
        ("to cao can bo thue dat", "denunciation"),
        ("Đơn khiếu nại quyết định xử phạt", "complaint"),
        ("tôi khiếu nại quyết định thu hồi đất", "complaint"),
        ("khieu nai quyet dinh xu phat hanh chinh", "complaint"),
        ("Tôi không đồng ý với quyết định xử phạt số 12, đề nghị xem xét lại", "complaint"),
    ],
)
def test_wording_of_a_formal_paper_is_a_hint(text, kind):
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Tôi muốn tố giác nhóm đánh bạc",
        "Tôi tố cáo tụi nó trộm chó",  # said of neighbours it is a tip
        "Bảo vệ tổ quốc",
        "tờ cáo phó dán ở đầu ấp",
        "Hỏi thủ tục khiếu nại ở đâu tiếp dân",
        "quán nhậu ồn ào",
        "dọa tố cáo tôi lên mạng",
        "",
    ],
)
def test_a_tip_is_no_formal_paper(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Có người rải truyền đơn ở chợ",
        "thấy treo cờ vàng ba sọc trên cột điện",
        "rủ rê tham gia tổ chức phản động",
        "rai truyen don chong nha nuoc",
        "kêu gọi biểu tình bạo loạn",
        "nghi gián điệp chụp hình đồn biên phòng",
        "chuẩn bị khủng bố",
    ],
)
def test_a_matter_of_the_state_is_a_hint_without_words(text):
    (hint,) = hints(text)

    assert hint.kind == "state"
    assert "bàn giao" in hint.sentence
    assert not any(word in hint.sentence for word in text.split() if len(word) > 5)


@pytest.mark.parametrize(
    "text",
    ["treo cờ Tổ quốc dịp lễ", "đội bóng cờ vàng", "xem biểu tình trên tivi bên nước ngoài",
     "chó sủa khủng bố cả xóm", "nhạc khủng bố lỗ tai", "lái xe kiểu khủng bố", "tờ rơi quảng cáo",
     "phản ánh động vật hoang dã"],
)  # fmt: skip
def test_everyday_words_are_no_matter_of_the_state(text):
    assert kinds(text) == []


def test_a_hint_says_that_a_person_decides():
    for text in ("đơn tố cáo", "đơn khiếu nại", "rải truyền đơn"):
        (hint,) = hints(text)

        assert isinstance(hint, Hint)
        assert hint.sentence.endswith(".")
        assert "Có thể" in hint.sentence


@given(st.text(max_size=300))
def test_any_text_has_hints_of_known_kinds_once(text):
    found = kinds(text)

    assert set(found) <= {"denunciation", "complaint", "state"}
    assert len(found) == len(set(found))
