"""The field that finds: what it finds, for whom, and what it does with rubbish."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group, make_hamlet, make_member
from tests.factories.tips import make_tip

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(login):
    def asked(user, words, **headers):
        answer = login(user).get(reverse("admin:search"), {"s": words}, **headers)
        assert answer.status_code == 200
        return [line.title for line in answer.context["results"]]

    return asked


def test_it_finds_people_groups_hamlets_and_posts_without_marks(find, chief, commune):
    hamlet = make_hamlet(commune, name="Ấp Suối Đá")
    make_member(hamlet, full_name="Nguyễn Thị Đào")
    make_group(hamlet, name="Nhóm Suối Đá")
    make_broadcast(commune, title="Phòng cháy mùa khô")

    assert "Nguyễn Thị Đào" in find(chief, "thi dao")
    assert {"Ấp Suối Đá", "Nhóm Suối Đá"} <= set(find(chief, "suoi da"))
    assert "Phòng cháy mùa khô" in find(chief, "Phòng cháy")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("ghi tin bao", "Ghi tin báo"),
        ("ghi cuộc gọi", "Ghi tin báo"),
        ("nhờ trực", "Lịch trực"),
        ("mã qr", "Đề nghị liên kết Zalo"),
        ("ghi cuộc họp", "Ghi cuộc họp lấy ý kiến"),
        ("bai moi", "Soạn bài mới"),
        ("ky bao cao", "Báo cáo số liệu"),
    ],
)
def test_pages_and_verbs_are_found_by_the_words_of_the_job(find, chief, words, title):
    assert title in find(chief, words)


@pytest.mark.parametrize("typed", ["{0}", "{1}", "{2}", " {0} "])
def test_a_tip_is_found_by_its_code_as_people_write_it(find, chief, commune, typed):
    code = make_tip(commune).code
    letters_and_year, _dash, number = code.partition("-")

    words = typed.format(code.lower(), f"{letters_and_year}{number}", number)
    assert find(chief, words)[-1:] == [f"Phản ánh {code}"]


def test_tips_of_elsewhere_and_of_nobody_here_are_not_found(find, chief, commune, other_commune):
    tip, elsewhere = make_tip(commune), make_tip(other_commune)
    head = make_user(commune, Role.HAMLET_HEAD)

    assert find(head, tip.code) == []
    if elsewhere.code != tip.code:
        assert find(chief, elsewhere.code) == []
    assert find(make_user(other_commune, Role.TECH_ADMIN), elsewhere.code) == []


@pytest.mark.parametrize("role", [Role.TECH_ADMIN, Role.CITY, Role.PARTY_MEMBER])
def test_who_sees_no_people_finds_none(find, commune, hamlet, role):
    make_member(hamlet, full_name="Lê Văn Mít")
    user = make_user(None if role is Role.CITY else commune, role)

    assert find(user, "van mit") == []


def test_people_of_another_hamlet_are_not_found(find, hamlet_head_of, commune, hamlet):
    make_member(make_hamlet(commune), full_name="Lê Văn Mít")

    assert find(hamlet_head_of(hamlet), "van mit") == []


@pytest.mark.parametrize(
    "words",
    ["a", "", " ", "x" * 600, "'; DROP TABLE groups_member; --", "%", "__", "\\", "<b>mít</b>",
     "\x07\u202emít", "XX-99-999999", "(", "🙂🙂"],
)  # fmt: skip
def test_rubbish_finds_nothing_and_breaks_nothing(find, chief, hamlet, words):
    make_member(hamlet, full_name="Lê Văn Xoài")

    assert find(chief, words) == []


def test_the_cursor_stands_in_the_field_until_something_was_asked(login, chief):
    browser = login(chief)

    assert " autofocus" in browser.get(reverse("admin:search")).content.decode()
    asked = browser.get(reverse("admin:search"), {"s": "bài"})
    assert " autofocus" not in asked.content.decode()
    assert " autofocus" not in browser.get(reverse("admin:sections")).content.decode()


def test_the_window_over_a_page_gets_lines_alone_and_nothing_is_kept(login, chief, hamlet):
    make_member(hamlet, full_name="Lê Văn <Mít>")
    before = set(cache._cache.get_client().keys("*search*"))

    answer = login(chief).get(reverse("admin:search"), {"s": "van"}, HTTP_HX_REQUEST="true")

    text = answer.content.decode()
    assert 'id="command-results-list"' in text
    assert "<html" not in text
    assert "Lê Văn &lt;Mít&gt;" in text
    assert "no-store" in answer["Cache-Control"]
    assert set(cache._cache.get_client().keys("*search*")) == before


def test_names_come_as_they_are_written_then_whole_words_then_the_rest(find, chief, commune):
    hamlet = make_hamlet(commune, name="Ấp Suối Đá")
    for name in ("Nguyễn Văn Lãnh", "Trần Thị Lan", "Trần Thị Lân", "Lê Ngọc Lăn"):
        make_member(hamlet, full_name=name)
    make_group(hamlet, name="Nhóm Lân")
    people = {"Nguyễn Văn Lãnh", "Trần Thị Lan", "Trần Thị Lân", "Lê Ngọc Lăn", "Nhóm Lân"}

    def order(words):
        return [title for title in find(chief, words) if title in people]

    assert order("lân")[:2] == ["Trần Thị Lân", "Nhóm Lân"], "marks as typed, of every kind"
    assert order("LÂN")[:2] == ["Trần Thị Lân", "Nhóm Lân"]
    assert order("lan")[0] == "Trần Thị Lan"
    assert order("lân")[-1] == order("lan")[-1] == "Nguyễn Văn Lãnh", "part of a word is last"


def test_the_best_written_name_is_among_the_five_of_many(find, chief, commune):
    hamlet = make_hamlet(commune, name="Ấp Suối Đá")
    for number in range(8):
        make_member(hamlet, full_name=f"An Bạch{'abcdefgh'[number]} An")
    make_member(hamlet, full_name="Vũ Thị Bách")

    assert find(chief, "bách")[0] == "Vũ Thị Bách"


@pytest.mark.parametrize("window", [True, False])
def test_nobody_of_this_name_is_said_with_a_way_on(login, chief, commune, window):
    make_member(make_hamlet(commune), full_name="Lê Văn Mít")
    headers = {"HTTP_HX_REQUEST": "true"} if window else {}

    def ask(user, words):
        return login(user).get(reverse("admin:search"), {"s": words}, **headers).content.decode()

    text = ask(chief, "Hồ Quýt Xoan")
    assert "Không tìm thấy ai tên “Hồ Quýt Xoan”" in text
    assert reverse("admin:groups_member_changelist") in text
    assert "Không tìm thấy ai tên" not in ask(chief, "văn mít")
    admin_text = ask(make_user(commune, Role.TECH_ADMIN), "văn mít")
    assert "Không tìm thấy ai tên “văn mít”" in admin_text
    assert reverse("admin:groups_member_changelist") not in admin_text
    assert "Hãy gõ ít nhất 2 chữ." in ask(chief, "x")


def test_guides_of_ones_own_role_come_first(login, commune):
    def guides(role):
        answer = login(make_user(commune, role)).get(reverse("admin:search"), {"s": "tổ trưởng"})
        lines = answer.context["results"]
        return [line.link for line in lines if line.description.startswith("Hướng dẫn")]

    assert "/to-truong/" in guides(Role.TEAM_LEADER)[0]
    assert "/chi-huy/" in guides(Role.CHIEF)[0]
