"""The lists of the home page: whose they are, in which order, and that no content stands there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.scoped_admin.queue import queue_of
from accounts.scoped_admin.work_lists import MOST, lists_for
from accounts.users.roles import Role
from duty.services import open_occasion
from reports import intake
from reports.models import TipConflict, TipReport
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet
from tests.factories.tips import make_message, make_opening, make_tip, make_triaged, make_worked

NEW, MINE, LATE = "Phản ánh mới chưa phân loại", "Việc của tôi", "Phản ánh quá hạn"
UNGIVEN, MORE, ASKED = (
    "Phản ánh chưa giao", "Có lời mới của người báo tin", "Danh tính chờ duyệt"
)  # fmt: skip
GOING, MANY = "Sắp xóa người báo tin theo hạn", "Nhiều phản ánh cùng lúc"
OF_TIPS = {NEW, MINE, LATE, UNGIVEN, MORE, ASKED, GOING, MANY}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _database(db):
    pass


def lists(user) -> dict:
    now = timezone.localtime()
    return {made.title: made for made in lists_for(user, now) if made.title in OF_TIPS}


def codes(made) -> list[str]:
    return [item.title.split(" · ")[0] for item in made.items]


def test_new_ones_stand_by_need(chief):
    normal = make_tip(chief.commune, next_due_at=timezone.now() + DAY)
    sooner = make_tip(chief.commune, next_due_at=timezone.now() + DAY / 2)
    now_on = make_tip(chief.commune, urgency="emergency", next_due_at=timezone.now() + 2 * DAY)

    made = lists(chief)[NEW]

    assert codes(made) == [now_on.code, sooner.code, normal.code]
    assert [item.is_urgent for item in made.items] == [True, False, False]
    assert (made.verb, made.count) == ("Phân loại", 3)


def test_a_line_says_age_and_term_and_nothing_that_was_told(chief):
    now = timezone.now()
    hamlet = make_hamlet(chief.commune, name="Bàu Lau")
    make_tip(
        hamlet=hamlet, words="Anh Hai Mẫu bán ma túy", place="quán Mẫu", summary="Mua bán Mẫu",
        person=intake.Person(name="Nguyễn Thị Mẫu"), urgency="urgent", category="te-nan",
        received_at=now - timedelta(hours=5), next_due_at=now + timedelta(hours=3, minutes=5),
    )  # fmt: skip

    (item,) = lists(chief)[NEW].items

    assert item.title.endswith(" · Tệ nạn xã hội")
    assert item.lead == "Ấp Bàu Lau. Gấp."
    assert item.note == "Tin đến 5 giờ trước. Hạn xử lý còn 3 giờ."
    assert "Mẫu" not in item.title + item.lead + item.note


def card_of(tip, user):
    now = timezone.localtime()
    hours = queue_of(lists_for(user, now), now).hours
    (card,) = [card for hour in hours for card in hour.cards if tip.code in card.title]
    return card


def test_what_happens_just_now_waits_for_a_taker_beside_the_term_of_the_law(chief):
    now = timezone.now()
    tip = make_tip(
        chief.commune, urgency="emergency", received_at=now - timedelta(minutes=13),
        next_due_at=now + timedelta(hours=23, minutes=5),
    )  # fmt: skip

    card = card_of(tip, chief)

    assert (card.due, card.is_late) == ("chờ người nhận, quá 5 phút", True)
    assert "Khẩn cấp, đang xảy ra." in card.sentence
    assert "Hạn xử lý còn 23 giờ." in card.sentence
    assert "uá hạn" not in card.sentence


def test_late_tip_names_its_officer_and_its_term(chief, officer_of):
    officer = officer_of(make_hamlet(chief.commune, name="Bàu Lau"))
    tip = make_worked(officer, next_due_at=timezone.now() - 2 * DAY)
    open_occasion("clock_overdue", tip, commune=tip.commune, due_at=tip.next_due_at)

    card = card_of(tip, chief)

    assert f"Phụ trách: {officer}, quá hạn xử lý 2 ngày." in card.sentence
    assert card.sentence.casefold().count("quá hạn") == 1
    assert "chưa ai nhận" not in card.sentence.casefold()
    assert (card.due, card.is_late) == ("quá hạn xử lý", True)
    (own,) = lists(officer)[MINE].items
    assert own.lead.endswith("Đồng chí phụ trách, quá hạn xử lý 2 ngày.")


def test_nothing_sealed_is_read_for_the_lists(chief, django_assert_max_num_queries):
    for _number in range(MOST + 1):
        make_triaged(chief.commune, next_due_at=timezone.now() - DAY)

    with django_assert_max_num_queries(12) as asked:
        made = lists(chief)

    assert (made[LATE].count, len(made[LATE].items)) == (MOST + 1, MOST)
    sent = [sql for row in asked.captured_queries for sql in row["sql"].split("; SELECT ")]
    of_tips = [sql for sql in sent if '"reports_tipreport"' in sql]
    assert of_tips
    assert not [sql for sql in of_tips if '"summary"' in sql or '"place"' in sql]


def test_own_work_is_the_first_due_first(officer_of):
    officer = officer_of(make_hamlet())
    late = make_worked(officer, next_due_at=timezone.now() - DAY)
    without = make_worked(officer, next_due_at=None)
    soon = make_worked(officer, next_due_at=timezone.now() + DAY)
    make_worked(make_user(officer.commune, Role.OFFICER))

    found = lists(officer)

    assert codes(found[MINE]) == [late.code, soon.code, without.code]
    assert codes(found[LATE]) == [late.code]


def test_who_gives_out_work_sees_what_is_sorted_and_nobodys(chief):
    sorted_one = make_triaged(chief.commune)
    make_tip(chief.commune)
    make_worked(make_user(chief.commune, Role.OFFICER))

    assert codes(lists(chief)[UNGIVEN]) == [sorted_one.code]


def test_new_words_of_reporters_are_told(officer_of):
    officer = officer_of(make_hamlet())
    tip = make_worked(officer)
    make_message(tip)

    assert codes(lists(officer)[MORE]) == [tip.code]


def test_an_opening_is_decided_by_somebody_else(chief, deputy_chief):
    make_opening(make_triaged(chief.commune), chief)

    assert ASKED not in lists(chief)
    assert lists(deputy_chief)[ASKED].count == 1


@pytest.mark.parametrize(("days", "count"), [(365 - 6, 1), (365 - 31, None)])
def test_who_is_forgotten_soon_is_told_before(chief, days, count):
    closed = {"status": "closed", "disposition": "guided"}
    make_tip(chief.commune, closed_at=timezone.now() - timedelta(days=days), **closed)

    made = lists(chief).get(GOING)

    assert (made.count if made else None) == count
    if made:
        assert [item.title for item in made.items] == [
            "Trong 7 ngày: 1 phản ánh", "Trong 30 ngày: 1 phản ánh",
        ]  # fmt: skip


def test_many_at_once_are_told(chief):
    for _number in range(12):
        make_tip(chief.commune)

    assert lists(chief)[MANY].items[0].title == "12 phản ánh trong một giờ qua"


def test_a_named_officer_is_told_of_nothing(chief, deputy_chief):
    tip = make_triaged(chief.commune, next_due_at=timezone.now() - DAY, has_unread=True)
    make_opening(tip, deputy_chief)
    TipConflict.objects.create(tip=tip, user=chief)

    assert [made.count for made in lists(chief).values()] == [0]
    assert lists(deputy_chief)[LATE].count == 1


def test_others_have_no_list(commune, hamlet_head_of, party_member, front, tech_admin):
    hamlet = make_hamlet(commune)
    make_tip(hamlet=hamlet, next_due_at=timezone.now() - DAY)

    for user in (hamlet_head_of(hamlet), party_member, front, tech_admin):
        assert lists(user) == {}


def test_lists_of_another_commune_stay_there(chief):
    foreign = make_triaged(next_due_at=timezone.now() - DAY, has_unread=True)

    assert TipReport.objects.filter(pk=foreign.pk).exists()
    assert [made.count for made in lists(chief).values()] == [0]


def test_home_page_opens_with_all_of_them(chief, login):
    make_tip(chief.commune)
    make_triaged(chief.commune, next_due_at=timezone.now() - DAY, has_unread=True)

    page = login(chief).get("/admin/").text

    assert ">Phân loại</a>" in page
    assert ">Xử lý</a>" in page
