"""A direction to many: asked numbers and their sums, reminders, who issues and who settles."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from accounts.users.roles import Role
from duty.models import Occasion
from oversight.direction import services as directions
from oversight.direction.retention import drop_directions
from oversight.direction.rounds import services as rounds
from oversight.direction.rounds.answers import answers_of
from oversight.direction.rounds.asked import ABOUT_TIPS, Ask, is_about_tips, refusals
from oversight.models import Body, Direction, DirectionRound, RepliedNumber
from tests.factories.accounts import make_commune, make_user
from tests.factories.direction import (
    make_body,
    make_direction,
    make_organisation,
    make_part,
    make_round,
    speaker_of,
)
from tests.factories.groups import make_hamlet

pytestmark = pytest.mark.django_db
HOUSEHOLDS, PEOPLE = Ask("Hộ đã tham gia", "hộ"), Ask("Người dự họp", "người")


@pytest.fixture
def office(commune):
    return make_user(commune, Role.PARTY_OFFICE)


def draft(commune, **fields):
    today = timezone.localdate()
    values = {
        "title": "Báo số hộ", "text": "Báo số hộ.", "directed_by": "Bí thư", "given_on": today,
        "due_on": today + timedelta(days=7),
    }  # fmt: skip
    return DirectionRound(commune=commune, **(values | fields))


# Asked numbers


@pytest.mark.parametrize(
    "label",
    ["Số tin báo", "Phản ánh đã nhận", "Vụ tố giác", "Số người báo tin", "Tin đã xử lý",
     "so phan anh", "So tin nhan duoc", "nguoi bao", "Nguồn tin", "Tin tố giác tội phạm"],
)  # fmt: skip
def test_numbers_about_tips_are_not_asked_for(label, commune, hamlet, office):
    with pytest.raises(NotAllowed) as refusal:
        rounds.give(draft(commune), to=[hamlet], by=office, asks=[Ask(label, "vụ")])

    assert str(refusal.value) == ABOUT_TIPS
    assert not DirectionRound.objects.exists()


@pytest.mark.parametrize(
    "label",
    ["Hộ đã tham gia nhóm", "Bảng tin đã dựng", "Người bảo vệ ở chợ", "Buổi đưa thông tin",
     "Tin nhắn đã gửi", "So ho tham gia", "Số người báo cáo viên", "Bảng thông tin hỏng"],
)  # fmt: skip
def test_other_numbers_may_be_asked_for(label):
    assert not is_about_tips(label)
    assert refusals([Ask(label, "cái")]) == []


@pytest.mark.parametrize(
    ("asks", "sentence"),
    [
        ([Ask(f"Số {place}", "cái") for place in "abcdef"], "Hỏi nhiều nhất 5 số."),
        ([Ask("Hộ", "")], "phải có tên và đơn vị"),
        ([HOUSEHOLDS, Ask("hộ đã tham gia", "hộ")], "trùng tên"),
        ([Ask("Hộ của bà, gọi 0912 345 678", "hộ")], "số điện thoại"),
    ],
)
def test_asks_are_refused_with_a_sentence(asks, sentence, commune, hamlet, office):
    with pytest.raises(NotAllowed, match=sentence):
        rounds.give(draft(commune), to=[hamlet], by=office, asks=asks)


def test_a_reply_gives_every_asked_number_and_no_other(commune, hamlet, hamlet_head_of, office):
    given = rounds.give(draft(commune), to=[hamlet], by=office, asks=[HOUSEHOLDS, PEOPLE])
    head, part = hamlet_head_of(hamlet), given.parts.get()
    first, second = given.asked.all()
    other = make_round(commune, asked=[("Khác", "cái")]).asked.get()

    for numbers, sentence in (
        ({first.pk: 3}, "Hãy ghi đủ số: Người dự họp."),
        ({first.pk: 3, second.pk: 4, other.pk: 1}, "không thuộc chỉ đạo này"),
        ({first.pk: 3, second.pk: -1}, "từ 0 đến 9.999.999"),
        ({first.pk: 3, second.pk: 10_000_000}, "từ 0 đến 9.999.999"),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            directions.reply(part, "", by=head, numbers=numbers)
    assert not RepliedNumber.objects.exists()

    reply = directions.reply(part, "", by=head, numbers={first.pk: 3, second.pk: 0})
    assert list(reply.numbers.values_list("value", flat=True)) == [3, 0]
    assert reply.text == directions.NUMBERS_ALONE
    with pytest.raises(NotAllowed, match="đã được ghi rồi"):
        directions.reply(part, "", by=head, numbers={first.pk: 3, second.pk: 0})
    directions.reply(part, "", by=head, numbers={first.pk: 4, second.pk: 0})


def test_what_was_asked_and_answered_in_numbers_stays(commune, hamlet, hamlet_head_of, office):
    given = rounds.give(draft(commune), to=[hamlet], by=office, asks=[HOUSEHOLDS])
    asked = given.asked.get()
    part = given.parts.get()
    directions.reply(part, "", by=hamlet_head_of(hamlet), numbers={asked.pk: 7})

    for rows, change in ((RepliedNumber.objects, {"value": 8}), (given.asked, {"unit": "cái"})):
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            rows.update(**change)


def test_sums_are_those_of_the_last_replies_that_stand(commune, office):
    given = make_round(commune, asked=[("Hộ", "hộ"), ("Người", "người")])
    first, second = given.asked.all()
    parts = [make_part(given, make_organisation(commune)) for _part in range(6)]
    for value, part in enumerate(parts[:5], 1):
        directions.reply(part, "", by=office, numbers={first.pk: value, second.pk: 10 * value})
    # A correction counts alone, a returned reply not at all.
    directions.reply(parts[0], "", by=office, numbers={first.pk: 100, second.pk: 0})
    directions.return_for_more(parts[1], "Thiếu.", due_on=timezone.localdate(), by=office)
    directions.accept(parts[2], by=office)
    directions.close(directions.accept(parts[3], by=office), by=office)

    answers = answers_of(given)

    stands = Direction.objects.filter(round=given).answered()
    last = [row.replies.last().pk for row in stands]
    by_sql = {
        row["asked"]: row["total"]
        for row in RepliedNumber.objects.filter(reply__in=last)
        .order_by().values("asked").annotate(total=Sum("value"))
    }  # fmt: skip
    assert [(one.asked, one.total, one.places) for one in answers.sums] == [
        (first, by_sql[first.pk], 4), (second, by_sql[second.pk], 4)
    ]  # fmt: skip
    assert by_sql == {first.pk: 100 + 3 + 4 + 5, second.pk: 30 + 40 + 50}
    assert (answers.progress, answers.troubles) == ("4/6 đã trả lời", "1 cần bổ sung")
    assert [line.part for line in answers.missing] == [parts[1], parts[5]]


def test_progress_in_the_list_is_that_of_the_page(commune, office):
    today = timezone.localdate()
    given = make_round(commune, given_on=today - timedelta(days=9), due_on=today)
    parts = [make_part(given, make_organisation(commune)) for _part in range(3)]
    make_part(given, make_organisation(commune), due_on=today - timedelta(days=1))
    directions.reply(parts[0], "Đã làm.", by=office)
    directions.reply(parts[1], "Đã làm.", by=office)
    directions.return_for_more(parts[1], "Thiếu.", due_on=today, by=office)

    row = DirectionRound.objects.with_progress(today).get()
    answers = answers_of(given)

    assert (row.answered, row.all_parts, row.overdue, row.returned) == (1, 4, 1, 1)
    assert answers.progress == "1/4 đã trả lời"
    assert answers.troubles == "1 quá hạn · 1 cần bổ sung"


# Issuers


def test_each_issuer_directs_its_own_addressees(commune, hamlet, chief, office):
    women, police = make_body(commune), make_body(commune, Body.Kind.POLICE)
    committee = make_body(commune, Body.Kind.COMMITTEE)
    cell = make_organisation(commune)
    chair = speaker_of(committee, Role.PARTY_OFFICE)  # no role of its own yet: a seat in its body
    allowed = {
        (issuer, place): rounds.may_direct(issuer, place)
        for issuer in DirectionRound.Issuer
        for place in (women, police, committee, cell, hamlet)
    }

    assert {key for key, is_allowed in allowed.items() if not is_allowed} == {
        ("committee", women), ("committee", committee), ("committee", cell),
        ("police", women), ("police", police), ("police", committee), ("police", cell),
    }  # fmt: skip
    rounds.give(draft(commune, issuer="police"), to=[hamlet], by=chief)
    rounds.give(draft(commune, issuer="committee"), to=[police], by=chair)
    for issuer, by in (("party", chief), ("committee", chief), ("police", office)):
        with pytest.raises(NotAllowed, match="không ra chỉ đạo của"):
            rounds.give(draft(commune, issuer=issuer), to=[hamlet], by=by)
    with pytest.raises(NotAllowed, match="không ra chỉ đạo cho"):
        rounds.give(draft(commune, issuer="police", title="Khác"), to=[women], by=chief)


def test_a_direction_is_settled_by_its_issuer_alone(commune, hamlet, hamlet_head_of, chief, office):
    head = hamlet_head_of(hamlet)
    of_police = make_direction(hamlet, round=make_round(commune, issuer="police"))
    of_party = make_direction(make_body(commune, Body.Kind.POLICE))
    directions.reply(of_police, "Đã làm.", by=head)
    directions.reply(of_party, "Đã làm.", by=chief)

    for row, by in ((of_police, office), (of_party, chief), (of_police, head)):
        with pytest.raises(NotAllowed):
            directions.accept(row, by=by)
    far = make_user(make_commune(), Role.CHIEF)
    with pytest.raises(NotAllowed):
        directions.accept(of_police, by=far)

    directions.accept(of_police, by=chief)
    directions.accept(of_party, by=office)
    assert set(Direction.objects.values_list("state", flat=True)) == {"accepted"}


# Reminders


def test_a_reminder_is_told_before_the_day_is_near_and_once_a_day(commune, office):
    far = timezone.localdate() + timedelta(days=30)
    row = make_direction(make_body(commune), due_on=far)
    open_ones = Occasion.objects.open().filter(kind="direction_due")

    rounds.remind(row, by=office)

    assert open_ones.count() == 1
    assert row.events.last().kind == "reminded"
    assert AuditEvent.objects.filter(action="direction.reminded").exists()
    with pytest.raises(NotAllowed, match="Hôm nay đã nhắc"):
        rounds.remind(row, by=office)


def test_a_reply_ends_what_a_reminder_opened_and_is_not_reminded_of(commune, office):
    women = make_body(commune)
    row = make_direction(women, due_on=timezone.localdate() + timedelta(days=30))
    rounds.remind(row, by=office)

    directions.reply(row, "Đã làm.", by=speaker_of(women))

    assert not Occasion.objects.open().exists()
    with pytest.raises(NotAllowed, match="không cần nhắc"):
        rounds.remind(row, by=office)


def test_nobody_reminds_but_the_issuer(commune, chief):
    row = make_direction(make_body(commune, Body.Kind.POLICE))

    for by in (
        chief,
        make_user(commune, Role.PARTY_MEMBER),
        make_user(make_commune(), Role.PARTY_OFFICE),
    ):
        with pytest.raises(NotAllowed):
            rounds.remind(row, by=by)
    assert not row.events.exists()


# Many at once, and the end


def test_one_refusal_holds_back_no_other(commune, office):
    rows = [make_direction(make_organisation(commune)) for _row in range(3)]
    for row in (rows[0], rows[2]):
        directions.reply(row, "Đã làm.", by=office)

    outcome = rounds.for_each(rows, lambda row: directions.accept(row, by=office))

    assert outcome.done == 2
    assert outcome.refused == (
        (rows[1].addressee, "Chưa có trả lời nên chưa ghi nhận hay trả lại được."),
    )


def test_a_round_goes_with_its_last_part(commune, hamlet, office):
    given = rounds.give(
        draft(commune), to=[hamlet, make_hamlet(commune)], by=office, asks=[HOUSEHOLDS]
    )
    first, second = given.parts.order_by("pk")

    drop_directions(Direction.objects.filter(pk=first.pk))
    assert DirectionRound.objects.filter(pk=given.pk).exists()
    drop_directions(Direction.objects.filter(pk=second.pk))

    assert not DirectionRound.objects.exists()
