"""Pages of the roster, of own shifts and of absences, by role."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role
from broadcasts import services as posts
from duty.models import Absence, HandOver, Seat, Shift, ShiftPattern, Swap
from duty.shifts import handing, swapping
from tests.duty.roster.conftest import DAY, HOUR, NOON, local
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group, make_hamlet

pytestmark = pytest.mark.django_db
READERS = ["show", "print", "feed"]
EDITORS = ["pattern", "import"]
WHY = {"ly-do": "Xếp nhầm"}


def url(name, *args):
    return reverse(f"admin:duty_{name}", args=args)


def test_pages_open_by_permission(roster, page):
    outsider = make_user(roster.commune, Role.HAMLET_HEAD)
    for name in READERS:
        assert page(roster.an).get(url(f"roster_{name}")).status_code == 200
        assert page(outsider).get(url(f"roster_{name}")).status_code == 403
    for name in EDITORS:
        assert page(roster.chief).get(url(f"roster_{name}")).status_code == 200
        assert page(roster.an).get(url(f"roster_{name}")).status_code == 403
    assert page(roster.chief).get(url("absence_show")).status_code == 200
    assert page(roster.an).get(url("absence_show")).status_code == 403
    assert page(roster.cuc).get(url("shift_mine")).status_code == 200


def test_week_shows_names_stand_ins_and_empty_seats(roster, page):
    roster.shift(roster.an, local(1))
    Absence.objects.create(
        commune=roster.commune, person=roster.an, stand_in=roster.binh, written_by=roster.chief,
        starts_at=NOON - DAY, ends_at=NOON + DAY,
    )  # fmt: skip

    response = page(roster.cuc).get(url("roster_show"))

    text = response.content.decode()
    assert "Trần An" in text
    assert "Ngô Bình thay" in text
    first = response.context["week"][0].seats
    assert [seat.is_empty for seat in first] == [False, True, True]
    assert "Đổi người" not in text


def test_shift_that_began_the_day_before_covers_the_morning(roster, page):
    roster.shift(roster.an, local(1), hours=48)

    week = page(roster.cuc).get(url("roster_show")).context["week"]

    assert [day.seats[0].is_empty for day in week[:3]] == [False, False, True]


def test_chief_edits_in_place(roster, page):
    client = page(roster.chief)
    client.post(url("roster_add"), {"vi-tri": "duty", "ngay": "2026-12-03", "nguoi": roster.an.pk})
    shift = Shift.objects.get()
    assert (shift.starts_at, shift.ends_at) == (local(3), local(4))

    response = client.post(
        url("roster_change", shift.pk), {"nguoi": roster.binh.pk, "ve": "2026-12-03"}
    )
    shift.refresh_from_db()
    assert shift.person == roster.binh
    assert response["Location"].endswith("?ngay=2026-12-03")
    client.post(url("roster_remove", shift.pk), WHY)
    assert Shift.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"vi-tri": "duty"}, {"vi-tri": "x", "ngay": "2026-12-03"},
        {"vi-tri": "duty", "ngay": "2026-13-41"}, {"vi-tri": "duty", "tu": "a", "den": "b"},
    ],
)  # fmt: skip
def test_half_filled_forms_are_told_and_change_nothing(roster, page, sent):
    response = page(roster.chief).post(url("roster_add"), sent, follow=True)

    assert response.status_code == 200
    assert "Hãy chọn" in response.content.decode()
    assert Shift.objects.count() == 0


@pytest.mark.parametrize("day", ["2026-02-31", "x", "9999-12-31", "0001-01-01"])
def test_strange_days_in_the_address_show_today(roster, page, day):
    response = page(roster.an).get(url("roster_show"), {"ngay": day})

    assert response.context["first"] == timezone.localdate()


def test_pattern_is_set_from_the_form(roster, page):
    page(roster.chief).post(
        url("roster_set_pattern"),
        {"vi-tri": "second", "ngay": "2026-12-01", "so-ngay": "1",
         "nguoi-1": roster.an.pk, "nguoi-3": roster.cuc.pk},
    )  # fmt: skip

    pattern = ShiftPattern.objects.get()
    assert (pattern.seat, pattern.people) == (Seat.SECOND, [roster.an.pk, roster.cuc.pk])
    page(roster.chief).post(url("roster_end_pattern", pattern.pk), WHY)
    assert Shift.objects.count() == 1
    page(roster.chief).post(url("roster_set_hours"), {"gio": "08:00"})
    assert "08:00" in page(roster.chief).get(url("roster_pattern")).content.decode()


def test_officer_posts_no_change_of_the_roster(roster, page):
    shift = roster.shift(roster.an, local(3))

    for name, args in [
        ("roster_add", ()), ("roster_set_pattern", ()), ("roster_set_hours", ()),
        ("roster_change", (shift.pk,)), ("roster_remove", (shift.pk,)),
        ("roster_import_commit", ()), ("absence_show", ()),
    ]:  # fmt: skip
        assert page(roster.an).post(url(name, *args)).status_code == 403
    assert Shift.objects.get().person == roster.an


def test_rows_of_another_commune_are_not_there(roster, other_commune, page):
    stranger = make_user(other_commune, Role.CHIEF)
    shift = roster.shift(roster.an, NOON)

    for name in ("roster_change", "roster_remove", "shift_begin"):
        assert page(stranger).post(url(name, shift.pk)).status_code == 404
    assert page(stranger).get(url("shift_give", shift.pk)).status_code == 404


def test_shift_is_confirmed_on_the_phone(roster, page):
    shift = roster.shift(roster.an, NOON)
    text = page(roster.an).get(url("shift_mine")).content.decode()
    assert "Chưa có điện thoại nào nhận báo việc" in text

    roster.device(roster.an, shown_at=None)
    assert "chưa máy nào" in page(roster.an).get(url("shift_mine")).content.decode()
    roster.device(roster.an)
    assert "hiện lần cuối lúc" in page(roster.an).get(url("shift_mine")).content.decode()
    page(roster.an).post(url("shift_begin", shift.pk))

    shift.refresh_from_db()
    assert shift.begun_at == NOON
    assert "Đã nhận ca" in page(roster.an).get(url("shift_mine")).content.decode()


def test_looking_confirms_nothing(roster, page):
    shift = roster.shift(roster.an, NOON)

    assert page(roster.an).get(url("shift_begin", shift.pk)).status_code == 405
    assert Shift.objects.get().begun_at is None


def test_swap_is_asked_and_answered_on_pages(roster, page):
    mine, theirs = roster.shift(roster.an, local(3)), roster.shift(roster.binh, local(4))
    page(roster.an).post(url("shift_swap", mine.pk), {"doi-lai": theirs.pk})
    swap = Swap.objects.get()
    assert "nhờ đồng chí trực" in page(roster.binh).get(url("shift_mine")).content.decode()
    assert page(roster.cuc).post(url("shift_answer", swap.pk, "nhan")).status_code == 404

    page(roster.binh).post(url("shift_answer", swap.pk, "nhan"))

    mine.refresh_from_db()
    assert mine.person == roster.binh
    assert page(roster.cuc).get(url("shift_swap", mine.pk)).status_code == 404


def test_shift_is_handed_over_on_pages_and_printed(roster, page):
    ending = roster.shift(roster.an, NOON - 7 * HOUR, hours=8)
    roster.shift(roster.binh, NOON + HOUR)
    assert page(roster.an).get(url("shift_give", ending.pk)).context["chosen"] == roster.binh.pk
    page(roster.an).post(
        url("shift_give", ending.pk), {"nguoi": roster.binh.pk, "loi": "Chìa khóa."}
    )
    offered = HandOver.objects.get()

    assert page(roster.cuc).get(url("shift_handover", offered.pk)).status_code == 404
    assert "Chìa khóa." in page(roster.binh).get(url("shift_handover", offered.pk)).content.decode()
    printed = page(roster.binh).get(url("shift_handover_print", offered.pk))
    assert "Chìa khóa." in printed.content.decode()
    assert printed["Cache-Control"].startswith("private, no-store")
    page(roster.binh).post(url("shift_confirm", offered.pk))

    ending.refresh_from_db()
    assert ending.handed_over_to == roster.binh


def test_refused_handover_keeps_what_was_typed(roster, page):
    ending = roster.shift(roster.an, NOON - 7 * HOUR, hours=8)

    response = page(roster.an).post(url("shift_give", ending.pk), {"loi": "Chìa khóa."})

    assert "Hãy chọn một người" in response.content.decode()
    assert "Chìa khóa." in response.content.decode()


def test_absence_is_written_and_ended_on_the_page(roster, page):
    client = page(roster.chief)
    client.post(
        url("absence_show"),
        {"nguoi": roster.chief.pk, "thay": roster.an.pk, "tu-ngay": "2026-12-02",
         "den-ngay": "2026-12-03", "duyet": "1"},
    )  # fmt: skip
    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at) == (local(2, 0, 0), local(4, 0, 0))
    assert "Ủy quyền duyệt bài" in client.get(url("absence_show")).content.decode()

    client.post(url("absence_end", absence.pk), WHY)
    absence.refresh_from_db()
    assert absence.ended_at == NOON


def test_approval_page_names_the_mandate(roster, page):
    group = make_group(make_hamlet(roster.commune))
    post = make_broadcast(roster.commune, created_by=roster.binh, audience_groups=[group.pk])
    posts.submit(post, by=roster.binh, reasons="cần")
    address = reverse("admin:broadcasts_broadcast_review", args=[post.pk])
    assert page(roster.an).get(address).status_code == 404
    Absence.objects.create(
        commune=roster.commune, person=roster.chief, stand_in=roster.an, may_approve=True,
        written_by=roster.chief, starts_at=NOON, ends_at=NOON + DAY,
    )  # fmt: skip

    text = page(roster.an).get(address).content.decode()
    assert "theo ủy quyền của Lê Khải từ 14:00 01/12/2026 đến 14:00 02/12/2026" in text
    assert group.name in text
    page(roster.an).post(
        reverse("admin:broadcasts_broadcast_step", args=[post.pk, "duyet"]),
        {"seen": post.content_hash},
    )
    post.refresh_from_db()
    assert post.approved_by == roster.an
    assert "Theo ủy quyền của Lê Khải" in page(roster.chief).get(address).content.decode()


def titles(user):
    return {made.title: made for made in lists_for(type(user).objects.get(pk=user.pk), NOON)}


def test_home_names_the_persons_on_duty(roster):
    roster.shift(roster.an, local(1), begun_at=NOON)
    roster.shift(roster.leader, local(1), seat=Seat.LEADER)

    items = titles(roster.binh)["Đang trực"].items

    assert [(item.title, item.note) for item in items] == [
        ("Trực ban: Trần An", "đến 07:30 ngày mai"),
        ("Trực chỉ huy: Phạm Hạnh", "đến 07:30 ngày mai"),
    ]
    assert "Đang trực" not in titles(make_user(roster.commune, Role.HAMLET_HEAD))


def test_home_says_that_nobody_is_on_duty(roster):
    assert titles(roster.an)["Đang trực"].items[0].is_urgent


def test_home_offers_the_own_shift_as_a_button_until_it_is_confirmed(roster):
    shift = roster.shift(roster.an, NOON)
    (item,) = titles(roster.an)["Ca trực của đồng chí"].items
    begin = reverse("admin:duty_shift_begin", args=[shift.pk])
    assert [(act.words, act.url, act.posts) for act in item.acts] == [("Nhận ca", begin, True)]
    assert "Ca trực của đồng chí" not in titles(roster.binh)

    shift.begun_at = NOON
    shift.save()
    assert "Ca trực của đồng chí" not in titles(roster.an)


def test_home_lists_swaps_and_handovers_that_wait(roster):
    ahead = roster.shift(roster.an, local(3))
    swap = swapping.ask(ahead, of=roster.binh, by=roster.an)
    ending = roster.shift(roster.an, NOON - 7 * HOUR, hours=8, begun_at=NOON)
    handing.give(ending, to=roster.binh, text="", by=roster.an)
    assert titles(roster.binh)["Ca trực của đồng chí"].count == 2

    swapping.accept(swap, by=roster.binh)

    assert titles(roster.chief)["Ca vừa đổi"].count == 1
    assert "Ca vừa đổi" not in titles(roster.binh)
