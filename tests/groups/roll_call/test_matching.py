"""Names read out of what was copied from Zalo, and whom they mean."""

import pytest

from groups.roll_call.matching import Known, match
from groups.roll_call.pasted_text import names_in

PEOPLE = [
    Known(1, "Nguyễn Thị Hoa", phone="+84900000123", team="3"),
    Known(2, "Nguyễn Thị Hòa", phone="+84900000124", team="4"),
    Known(3, "Lê Văn Tám", zalo_name="Tám Sửa Xe", phone="+84900000125"),
    Known(4, "Điểu K'Rang"),
    Known(5, "Trần Quốc Bảo", phone="+84900000126", team="1"),
    Known(6, "Trần Quốc Bảo", phone="+84900000127", team="2"),
    Known(7, "Phạm Thúy Vy"),
    Known(8, "Bùi Đức Thắng"),
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Trần Văn Phúc\nTrưởng nhóm\nLê Thị Bé\nPhó nhóm", ["Trần Văn Phúc", "Lê Thị Bé"]),
        ("Trần Văn Phúc Trưởng nhóm", ["Trần Văn Phúc"]),
        ("Trần Văn Phúc (Phó nhóm)\nLê Thị Bé - thành viên", ["Trần Văn Phúc", "Lê Thị Bé"]),
        ("Thành viên (156)\n156 thành viên\nTất cả (156)\nTìm kiếm thành viên", []),
        ("Bạn bè\nKết bạn\nNhắn tin\nĐã gửi lời mời\nBạn", []),
        ("Hồ Văn Út Kết bạn", ["Hồ Văn Út"]),
        ("9:41\n10:32\n5G\n87%\nViettel 4G 87%", []),
        ("Truy cập 5 phút trước\nHôm qua\nVừa truy cập\n2 giờ trước\nThứ hai", []),
        ("Hoạt động tuần trước\n3 tháng\n2 năm trước\ntháng trước\nChủ nhật\nThứ 6", []),
        ("Thêm bởi Trần Văn Phúc\nĐược mời bởi Lê Thị Bé\nTham gia qua liên kết nhóm", []),
        ("TL\nH\nTrần Lan", ["Trần Lan"]),
        ("1. Trần Lan\n2) Lê Bé\n- Hồ Út\n+ Vũ Tư", ["Trần Lan", "Lê Bé", "Hồ Út", "Vũ Tư"]),
        ("Trần Lan, Lê Bé; Hồ Út | Vũ Tư", ["Trần Lan", "Lê Bé", "Hồ Út", "Vũ Tư"]),
        ("🌸 Trần Lan 🌸\nLê Bé ❤️", ["Trần Lan", "Lê Bé"]),
        ("Nguyễn Thành Viên\nVũ Thị Bạn", ["Nguyễn Thành Viên", "Vũ Thị Bạn"]),
        ("Trương Ban\nHuy", ["Trương Ban", "Huy"]),
        ("Hủy\nLưu\nXong\nThêm", []),
        ("Trần Lan\ntran lan\nTRẦN LAN", ["Trần Lan"]),
        ("TRƯỞNG NHÓM: Trần Lan", ["Trần Lan"]),
    ],
)  # fmt: skip
def test_words_of_zalo_go_and_names_stay(text, names):
    assert [one.text for one in names_in(text)] == names


@pytest.mark.parametrize(
    "text",
    ["Tuấn, Thắng, Nam, Năm, Tuân, Thăng, Ngay, Giỏ, Phút, Tháng", "Thu Ba, Thu Tư, Thu Sáu",
     "Chú Nhật, Chu, Ban, Bàn, Mới, Sáu, Bảy, Hai, Tư, Ba", "1 Tuấn, 2 Thắng, 3 Nam"],
)  # fmt: skip
def test_given_names_that_look_like_words_of_zalo_stay(text):
    for name in text.split(", "):
        assert [one.text for one in names_in(name)] == [name]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Trần Lan 0900 000 123", ("Trần Lan", "900000123", "")),
        ("Trần Lan +84 900 000 123", ("Trần Lan", "900000123", "")),
        ("Trần Lan ***123", ("Trần Lan", "123", "")),
        ("Trần Lan (4567)", ("Trần Lan", "4567", "")),
        ("Trần Lan đuôi 567", ("Trần Lan", "567", "")),
        ("Chị Lan tổ 3", ("Chị Lan", "", "3")),
        ("0900000123", ("", "900000123", "")),
    ],
)
def test_phones_their_ends_and_teams_are_read(text, read):
    (one,) = names_in(text)

    assert (one.text, one.phone, one.team) == read


@pytest.mark.parametrize(
    ("text", "lane", "who"),
    [
        ("Lê Văn Tám", "sure", [3]),
        ("le van tam", "sure", [3]),
        ("tám sửa xe", "sure", [3]),
        ("Điểu K Rang", "sure", [4]),
        ("Phạm Thuý Vy", "sure", [7]),
        ("Nguyễn Thị Hòa", "sure", [2]),  # marks tell two people apart
        ("nguyen thi hoa", "doubtful", [1, 2]),
        ("nguyen thi hoa …123", "sure", [1]),
        ("Nguyen Thi Hoa to 4", "sure", [2]),
        ("Trần Quốc Bảo", "doubtful", [5, 6]),
        ("Trần Quốc Bảo 0900 000 127", "sure", [6]),
        ("Lê Văn Tám ***999", "doubtful", [3]),  # the name, and another phone
        ("Ba Tám 0900000125", "doubtful", [3]),  # the phone, and another name
        ("0900000125", "doubtful", [3]),
        ("Chị Vy", "doubtful", [7]),
        ("Thúy Vy", "doubtful", [7]),
        ("Vy Phạm", "doubtful", [7]),
        ("Bùi Đức Thăng", "sure", [8]),
        ("Bùi Đức Thắn", "doubtful", [8]),  # a letter lost in a screenshot
        ("Mẹ Bin", "nobody", []),
        ("Hội Phụ nữ ấp", "nobody", []),
        ("Hồ Văn Lạ …126", "doubtful", [5]),
    ],
)
def test_each_name_goes_into_one_lane(text, lane, who):
    found = match(names_in(text), PEOPLE)

    lanes = {
        "sure": [[person.pk] for _one, person in found.sure],
        "doubtful": [[person.pk for person in people] for _one, people in found.doubtful],
        "nobody": [[] for _one in found.nobody],
    }
    assert lanes == {name: [who] if name == lane else [] for name in lanes}


def test_more_namesakes_than_a_person_can_choose_from_are_nobody():
    people = [Known(nth, f"Lê {middle} Hoa") for nth, middle in enumerate("ABCDE")]

    found = match(names_in("Hoa"), people)

    assert (len(found.doubtful), len(found.nobody)) == (0, 1)


def test_a_person_who_stands_twice_in_a_list_is_sure_once():
    found = match(names_in("Lê Văn Tám\nTám Sửa Xe"), PEOPLE)

    assert [person.pk for _one, person in found.sure] == [3]
    assert (found.doubtful, found.nobody) == ([], [])
    assert [one.text for one in found.repeated] == ["Tám Sửa Xe"]
