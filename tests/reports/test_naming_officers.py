"""The words of a tip name officers, so that it is not given to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.redaction.officers import maybe_officers, names_of_officers, words_of

OFFICERS = {1: "Nguyễn Văn Hùng", 2: "Trần Thị Bích Ngọc", 3: "Lê An", 4: "Phạm Quốc Thúy"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ông Nguyễn Văn Hùng nhận tiền của quán karaoke.", {1}),
        ("ông nguyễn văn hùng nhận tiền", {1}),
        ("ong nguyen van hung nhan tien", {1}),
        ("NGUYỄN VĂN HÙNG NHẬN TIỀN", {1}),
        ("thiếu tá Nguyễn Văn Hùng", {1}),
        ("Đ/c Nguyễn Văn Hùng, cán bộ phụ trách ấp", {1}),
        ("Nguyễn  Văn\nHùng", {1}),
        ("Nguyê\u0303n Va\u0306n Hu\u0300ng", {1}),
        ("N\u200bguyễn Văn H\u200bùng", {1}),
        ("(Nguyễn Văn Hùng)", {1}),
        ("anh Nguyễn Văn Hùng.", {1}),
        ("Nguyễn Văn Hùng Công an xã", {1}),
        ("Nguyễn Văn Hùng và Trần Thị Bích Ngọc", {1, 2}),
        ("Phạm Quốc Thuý", {4}),
        ("Phạm Quốc Thúi", {4}),
        ("Nguyễn Văn Hưng nhận tiền", set()),  # another name, told by its marks
        ("Nguyễn Văn Hung nhận tiền", {1}),  # half of the marks are missing
        ("Nguyễn Văn Hùng Cường", set()),  # a longer name
        ("Nguyễn Văn", set()),
        ("Văn Hùng", set()),
        ("Hùng", set()),
        ("hung thủ chạy mất", set()),
        ("lễ an táng bà Sáu", set()),
        ("le an tang ba Sau", set()),
        ("ông Lê An", {3}),
        ("Lê An công an xã", {3}),
        ("le an cong an xa", {3}),
        ("dai uy le an", {3}),
        ("trên an dưới thuận", set()),
        ("Quán Trần Thị Bích", set()),
        ("", set()),
    ],
)
def test_full_names_of_officers_are_found(text, named):
    assert names_of_officers(words_of(text), OFFICERS) == named


def test_two_officers_of_one_name_are_both_named():
    officers = {7: "Võ Văn Thử", 8: "Võ văn Thử"}
    assert names_of_officers(words_of("ông Võ Văn Thử"), officers) == {7, 8}


def test_officers_without_a_full_name_are_never_named():
    assert names_of_officers(words_of("Hùng hay chạy"), {1: "Hùng", 2: "", 3: "  "}) == set()


@pytest.mark.parametrize(
    ("text", "maybe"),
    [
        ("ông Hùng công an xã nhận tiền", {1}),
        ("anh Hùng công an khu vực", {1}),
        ("công an Hùng", {1}),
        ("thiếu tá Hùng", {1}),
        ("thieu ta Hung", {1}),
        ("cán bộ tên Hùng", {1}),
        ("chị Ngọc công an", {2}),
        ("Văn Hùng công an xã", {1}),
        ("N.V. Hùng", {1}),
        ("N.V.Hùng", {1}),
        ("công an xã Hưng", set()),
        ("ông Hùng bán thịt", set()),
        ("Hùng Vương", set()),
        ("đường Hùng Vương gần trụ sở công an xã", set()),
        ("công an xã chưa tới", set()),
        ("công an an ninh", set()),
        ("", set()),
    ],
)
def test_given_names_beside_an_office_are_hints(text, maybe):
    assert maybe_officers(words_of(text), OFFICERS) == maybe


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    assert names_of_officers(words_of(text), OFFICERS) <= OFFICERS.keys()
    assert maybe_officers(words_of(text), OFFICERS) <= OFFICERS.keys()


@given(st.sampled_from([1, 2, 4]), st.text(alphabet=" .,\n()abc", max_size=30))
def test_a_full_name_between_any_words_is_found(officer, around):
    words = words_of(f"{around} {OFFICERS[officer]} {around}")
    assert officer in names_of_officers(words, OFFICERS)
