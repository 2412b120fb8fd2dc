"""One save of a roll: many at once, told who was changed meanwhile, nobody else written."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from groups.coverage import households
from groups.models import Member, Membership, MembershipSpell
from groups.roll_call import services
from groups.roll_call.roll import heads_of, roll_of
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_ordinary_group,
    make_team,
)

TODAY = timezone.localdate()


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet)


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def seen_by(group, user):
    return {person.pk: person.mark for person in roll_of(group, user).people}


def inside(group):
    return set(Membership.objects.joined().filter(group=group).values_list("member", flat=True))


def test_ticks_join_and_unticks_leave_with_spells_of_the_roll_call(group, head, hamlet):
    came, left, stays, away = (make_member(hamlet) for _nth in range(4))
    since = TODAY - timedelta(days=9)
    for member in (left, stays):
        make_membership(member, group, joined_on=since)

    outcome = services.save(group, seen=seen_by(group, head), ticked={came.pk, stays.pk}, by=head)

    assert (outcome.joined, outcome.left, outcome.warnings) == (1, 1, [])
    assert inside(group) == {came.pk, stays.pk}
    spells = MembershipSpell.objects.filter(member__in=[came, left]).order_by("member")
    assert list(
        spells.values_list("began_on", "ended_on", "is_estimated", "source", "end_source")
    ) == [
        (TODAY, None, True, "roll_call", ""),
        (since, TODAY, False, "hand", "roll_call"),
    ]
    assert spells[0].recorded_by == spells[1].end_recorded_by == head
    assert not Membership.objects.filter(member=away).exists(), "nothing about who is not in"


def test_a_stated_day_is_the_day_of_joining_and_who_comes_back_gets_a_second_spell(
    group, head, hamlet
):
    member, day = make_member(hamlet), TODAY - timedelta(days=3)
    make_membership(
        member, group, joined_on=TODAY - timedelta(days=60), state="left",
        left_on=TODAY - timedelta(days=30),
    )  # fmt: skip

    services.save(group, seen=seen_by(group, head), ticked={member.pk}, by=head, on=day)

    assert list(
        member.spells.order_by("began_on").values_list("began_on", "ended_on", "is_estimated")
    )[1] == (day, None, False)
    place = member.memberships.get()
    assert (place.state, place.joined_on, place.left_on) == ("joined", day, None)
    with pytest.raises(NotAllowed, match="tương lai"):
        services.save(group, seen={}, ticked=(), by=head, on=TODAY + timedelta(days=1))


def test_coverage_rises_by_the_roll_call(group, head, hamlet):
    member = make_member(hamlet, household_code="H1")
    make_member(hamlet, household_code="H2")

    services.save(group, seen=seen_by(group, head), ticked={member.pk}, by=head)

    assert households.by_hamlet([hamlet])[hamlet.pk].joined == 1


def test_three_hundred_ticks_take_as_many_queries_as_three(group, head, hamlet):
    def save(number):
        members, gone = (
            Member.objects.bulk_create(
                Member(hamlet=hamlet, full_name=f"Người {nth}") for nth in range(number)
            )
            for _nth in range(2)
        )
        Membership.objects.bulk_create(
            Membership(member=member, group=group, state="joined") for member in gone
        )
        seen = seen_by(group, head)
        was = inside(group) - {member.pk for member in gone}
        ticked = was | {member.pk for member in members}
        with CaptureQueriesContext(connection) as queries:
            outcome = services.save(group, seen=seen, ticked=ticked, by=head)
        assert (outcome.joined, outcome.left) == (number, number)
        return len(queries)

    save(1)  # begins the trail of the commune

    assert save(3) == save(150) <= 15


def test_somebody_changed_meanwhile_is_told_and_left_alone(group, head, hamlet, chief):
    changed, quiet = make_member(hamlet, full_name="Bùi Thị Én"), make_member(hamlet)
    page = seen_by(group, head)
    make_membership(changed, group, state="declined", joined_on=None)

    outcome = services.save(group, seen=page, ticked={changed.pk, quiet.pk}, by=head)

    assert outcome.joined == 1
    assert outcome.changed == ["Bùi Thị Én"]
    assert changed.memberships.get().state == "declined"
    assert "Bùi Thị Én" in outcome.warnings[0]


def test_the_same_tick_of_two_people_is_no_conflict(group, head, hamlet):
    member = make_member(hamlet)
    page = seen_by(group, head)
    services.save(group, seen=page, ticked={member.pk}, by=head)

    again = services.save(group, seen=page, ticked={member.pk}, by=head)

    assert (again.joined, again.warnings) == (0, [])
    assert member.spells.count() == 1


def test_an_old_page_does_not_put_back_who_left_since(group, head, hamlet):
    """The old page shows somebody inside; the tick that it still has is no wish of this save."""
    member, other = make_member(hamlet), make_member(hamlet)
    make_membership(member, group)
    page = seen_by(group, head)
    services.save(group, seen=page, ticked=set(), by=head)

    services.save(group, seen=page, ticked={member.pk, other.pk}, by=head)

    assert inside(group) == {other.pk}


def test_who_moved_away_or_out_of_sight_is_not_written(group, head, hamlet, other_hamlet):
    ended, moved = make_member(hamlet, full_name="Võ Đã Đi"), make_member(hamlet)
    page = seen_by(group, head)
    Member.objects.filter(pk=ended.pk).update(status="left", ended_at=timezone.now())
    Member.objects.filter(pk=moved.pk).update(hamlet=other_hamlet)

    outcome = services.save(group, seen=page, ticked={ended.pk, moved.pk}, by=head)

    assert (outcome.joined, outcome.ended, outcome.gone) == (0, ["Võ Đã Đi"], 1)
    assert inside(group) == set()


def test_one_event_of_the_trail_says_how_many_and_names_nobody(group, head, hamlet):
    member = make_member(hamlet, full_name="Ngô Kín Tên")

    services.save(group, seen=seen_by(group, head), ticked={member.pk}, by=head)

    event = AuditEvent.objects.get(action="group.roll_called")
    assert (event.actor, event.details) == (head, {"joined": 1, "left": 0})
    assert "Kín" not in f"{event.details}{event.target_label}{event.reason}"


@pytest.mark.parametrize("how", ["oa", "closed", "elsewhere"])
def test_a_group_of_zalo_a_closed_one_and_one_of_elsewhere_are_refused(
    how, head, hamlet, other_commune
):
    group = make_ordinary_group(make_hamlet(other_commune) if how == "elsewhere" else hamlet)
    if how == "oa":
        type(group).objects.filter(pk=group.pk).update(kind="oa", zalo_group_id="g1")
    if how == "closed":
        type(group).objects.filter(pk=group.pk).update(status="closed")

    with pytest.raises(NotAllowed):
        services.save(group, seen={}, ticked=(), by=head)


def test_the_page_saves_without_a_script(login, group, head, hamlet):
    """A plain form: a ticked household is all of its people."""
    mates = [make_member(hamlet, household_code="H7") for _nth in range(2)]
    alone = make_member(hamlet, household_code="")
    client, address = login(head), reverse("admin:groups_zalogroup_roll", args=[group.pk])
    page = client.get(address)
    form = {
        "seen": page.context["roll"].seen, "in": [alone.pk], "once": "abc", "on": "", "to": "",
        "household": ["-".join(str(mate.pk) for mate in mates)],
    }  # fmt: skip

    answer = client.post(address, form)

    assert answer["Location"] == f"{address}?luu=abc"
    assert inside(group) == {alone.pk, *(mate.pk for mate in mates)}
    assert "Đã ghi 3 người vào nhóm." in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("day", ["x", f"{TODAY + timedelta(days=1):%Y-%m-%d}"])
def test_a_refused_day_saves_nothing_and_keeps_every_tick(login, group, head, hamlet, day):
    """Without a script: the page itself is the only memory of the ticks."""
    came, left, stays, away, moved = (make_member(hamlet) for _nth in range(5))
    mates = [make_member(hamlet, household_code="H7") for _nth in range(2)]
    for member in (left, stays):
        make_membership(member, group)
    client, address = login(head), reverse("admin:groups_zalogroup_roll", args=[group.pk])
    page = client.get(address)
    make_membership(moved, group, state="declined", joined_on=None)
    form = {
        "seen": page.context["roll"].seen, "in": [came.pk, stays.pk, moved.pk], "once": "a",
        "to": "", "household": ["-".join(str(mate.pk) for mate in mates)],
    }  # fmt: skip

    again = client.post(address, form | {"on": day})

    ticked = {person.pk for person in again.context["roll"].people if person.is_ticked}
    assert ticked == {came.pk, stays.pk, *(mate.pk for mate in mates)}
    assert inside(group) == {left.pk, stays.pk}
    text = again.content.decode()
    assert "Chưa ghi gì, các dấu vẫn còn trên trang." in text
    assert "4 chưa lưu" in text
    assert 'class="roll-day" open' in text
    assert again.context["saved"] == ""
    boxes = {int(pk) for pk in re.findall(r'name="in"\s+value="(\d+)"[^>]*\schecked', text)}
    assert boxes == ticked
    assert away.pk not in boxes
    kept = form | {"seen": again.context["roll"].seen, "in": list(boxes), "household": []}
    client.post(address, kept | {"on": ""})
    assert inside(group) == ticked


def test_page_shows_people_by_team_and_household_in_order(group, head, hamlet):
    tenth, second = make_team(hamlet, name="Tổ 10"), make_team(hamlet, name="Tổ 2")
    for team, code, name in (
        (tenth, "", "An"),
        (second, "B2", "Ba"),
        (second, "B1", "Bé"),
        (second, "b2", "Anh"),
    ):
        make_member(hamlet, team=team, household_code=code, full_name=name)
    make_member(hamlet, full_name="Không Tổ")

    roll = roll_of(group, head)

    assert [
        (part.name, [[person.name for person in home.people] for home in part.households])
        for part in roll.parts
    ] == [
        ("Tổ 2", [["Bé"], ["Anh", "Ba"]]),
        ("Tổ 10", [["An"]]),
        ("", [["Không Tổ"]]),
    ]


def test_households_of_hamlets_with_the_same_code_stay_apart(chief, hamlet, other_hamlet):
    group = make_ordinary_group(None, commune=hamlet.commune)
    for home in (hamlet, other_hamlet):
        make_member(home, full_name=f"An {home.pk}", household_code="H1")
    team = make_team(hamlet, name="Tổ 1")
    make_member(hamlet, full_name="Bé", team=team, household_code="H1")

    roll = roll_of(group, chief)

    people = {
        part.name: [[person.name for person in home.people] for home in part.households]
        for part in roll.parts
    }
    assert people == {
        f"Tổ 1, {hamlet}": [["Bé"]],
        f"Chưa xếp tổ, {hamlet}": [[f"An {hamlet.pk}"]],
        f"Chưa xếp tổ, {other_hamlet}": [[f"An {other_hamlet.pk}"]],
    }
    assert [choice.label for choice in roll.choices] == [
        "Tất cả (3)", f"Tổ 1, {hamlet} (1)", "Chưa xếp tổ (2)",
    ]  # fmt: skip


def test_long_hamlets_are_shown_by_team(group, head, hamlet, monkeypatch):
    monkeypatch.setattr("groups.roll_call.roll.MOST", 2)
    teams = [make_team(hamlet, name=f"Tổ {nth}") for nth in (1, 2)]
    for team in teams:
        for _nth in range(2):
            make_member(hamlet, team=team)

    first, other = roll_of(group, head), roll_of(group, head, str(teams[1].pk))

    assert [part.name for part in first.parts] == ["Tổ 1"]
    assert [part.name for part in other.parts] == ["Tổ 2"]
    assert [choice.is_chosen for choice in other.choices] == [False, True]


def test_declared_heads_beside_the_named_and_what_explains_the_rest(
    group, head, hamlet, other_hamlet
):
    day = TODAY - timedelta(days=5)
    officer = head.officer
    group.head_count, group.head_count_on, group.owner = 20, day, officer
    group.save()
    own, came, elsewhere, gone = (
        make_member(home) for home in (hamlet, hamlet, other_hamlet, hamlet)
    )
    for member in (own, elsewhere, gone):
        make_membership(member, group, joined_on=day - timedelta(days=9))
    Membership.objects.filter(member=gone).update(state="left", left_on=day + timedelta(days=2))
    make_membership(came, group, joined_on=day + timedelta(days=1))
    ticked = make_member(hamlet)
    services.save(group, seen=seen_by(group, head), ticked={own.pk, came.pk, ticked.pk}, by=head)

    heads = heads_of(group, [own.pk, came.pk, gone.pk, ticked.pk])

    assert (heads.named, heads.elsewhere, heads.officers) == (4, 1, 1)
    assert (heads.left_since, heads.joined_since) == (1, 1)
    assert heads.unnamed == 20 - 1 - (4 + 1 - 1)
    assert heads.sentences[-1] == "Còn 15 người trong nhóm chưa có tên trong danh sách."


def test_the_roll_is_one_tap_from_the_page_of_a_group_made_by_people(login, group, head, hamlet):
    client, of_zalo = login(head), make_group(hamlet)

    for one, has_roll in ((group, True), (of_zalo, False)):
        link = reverse("admin:groups_zalogroup_roll", args=[one.pk])
        for name in ("change", "start"):
            page = client.get(reverse(f"admin:groups_zalogroup_{name}", args=[one.pk]))
            assert (f'href="{link}"' in page.content.decode()) is has_roll
        assert client.get(link).status_code == (200 if has_roll else 404)


def test_counting_heads_leads_back_to_the_roll(login, group, head):
    answer = login(head).post(
        reverse("admin:groups_zalogroup_deed", args=[group.pk]),
        {"deed": "count", "count": "37", "from": "roll"},
    )

    assert answer["Location"] == reverse("admin:groups_zalogroup_roll", args=[group.pk])
    group.refresh_from_db()
    assert group.head_count == 37
