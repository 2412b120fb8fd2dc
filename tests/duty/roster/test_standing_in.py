"""Absences with a stand-in, and the right to approve that is lent for these days."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from broadcasts import services as posts
from broadcasts.models import Broadcast
from duty.models import Absence, Seat
from duty.roster.services import on_duty
from duty.shifts import standing_in
from tests.duty.roster.conftest import DAY, NOON
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group, make_hamlet

pytestmark = pytest.mark.django_db
APPROVE = "broadcasts.approve_broadcast"


def again(user):
    """The account without the rights that the object has learned."""
    return type(user).objects.get(pk=user.pk)


def write(roster, **options):
    values = {
        "person": roster.chief, "stand_in": roster.an, "starts_at": NOON,
        "ends_at": NOON + 3 * DAY, "may_approve": True, "by": roster.chief,
    }  # fmt: skip
    return standing_in.write_absence(roster.commune, **(values | options))


@pytest.fixture
def post(roster):
    """A post for a hamlet that An does not cover, submitted by Bình."""
    group = make_group(make_hamlet(roster.commune, name="Ấp 7"))
    row = make_broadcast(
        roster.commune, created_by=roster.binh, audience_groups=[group.pk], status="draft"
    )
    return posts.submit(row, by=roster.binh, reasons="cần")


def test_right_begins_and_ends_by_itself(roster):
    write(roster, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY)

    assert not again(roster.an).has_perm(APPROVE)
    roster.clock.shift(DAY)
    assert again(roster.an).has_perm(APPROVE)
    assert not again(roster.binh).has_perm(APPROVE)
    roster.clock.shift(DAY)
    assert not again(roster.an).has_perm(APPROVE)


def test_absence_without_mandate_lends_nothing_but_the_seat(roster):
    roster.shift(roster.binh, NOON)
    write(roster, person=roster.binh, may_approve=False)

    assert not again(roster.an).has_perm(APPROVE)
    assert on_duty(roster.commune, Seat.DUTY, NOON) == [roster.an.pk]


def test_no_other_right_is_lent(roster):
    write(roster)

    lent = {
        right for right in again(roster.chief).get_all_permissions()
        if again(roster.an).has_perm(right)
    } - again(roster.an).get_all_permissions()  # fmt: skip
    assert lent == {APPROVE}


def test_stand_in_approves_a_post_of_a_hamlet_out_of_sight_and_the_trail_names_the_mandate(
    roster, post
):
    assert not Broadcast.objects.visible_to(again(roster.an)).filter(pk=post.pk).exists()
    write(roster)

    posts.approve(post, by=again(roster.an))

    event = AuditEvent.objects.get(action="broadcast.approved")
    assert (event.actor, post.approved_by) == (roster.an, roster.an)
    assert event.reason.startswith(
        "Theo ủy quyền của Lê Khải từ 14:00 01/12/2026 đến 14:00 04/12/2026."
    )
    assert post.events.get(kind="approved").note.startswith("Theo ủy quyền của Lê Khải")


def test_own_post_of_the_stand_in_and_that_of_the_absent_person_wait_for_another(roster, post):
    write(roster, stand_in=roster.binh)
    with pytest.raises(NotAllowed, match="người soạn"):
        posts.approve(post, by=again(roster.binh))
    by_chief = make_broadcast(
        roster.commune, created_by=roster.chief, audience_groups=post.audience_groups,
        status="draft",
    )  # fmt: skip
    posts.submit(by_chief, by=roster.chief, reasons="cần")

    with pytest.raises(NotAllowed, match="không duyệt được theo ủy quyền"):
        posts.approve(by_chief, by=again(roster.binh))


def test_ended_absence_lends_nothing_from_that_moment(roster, post):
    absence = write(roster)
    standing_in.end_absence(absence, by=roster.chief)

    with pytest.raises(NotAllowed):
        posts.approve(post, by=again(roster.an))
    assert AuditEvent.objects.filter(action="absence.ended").count() == 1
    with pytest.raises(NotAllowed, match="đã kết thúc"):
        standing_in.end_absence(absence, by=roster.chief)


@pytest.mark.parametrize("loss", ["is_active", "groups"])
def test_mandate_of_a_person_who_lost_the_right_is_none(roster, loss):
    write(roster)
    if loss == "groups":
        roster.chief.groups.clear()
    else:
        roster.chief.is_active = False
        roster.chief.save()

    assert not again(roster.an).has_perm(APPROVE)


def test_stand_in_who_is_no_guarded_police_account_any_more_has_no_mandate(roster):
    write(roster)
    roster.an.groups.clear()

    assert not again(roster.an).has_perm(APPROVE)


@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.PARTY_OFFICE, Role.TECH_ADMIN])
def test_account_outside_the_guarded_police_is_refused(roster, role):
    with pytest.raises(NotAllowed):
        write(roster, stand_in=make_user(roster.commune, role))


def test_account_of_another_commune_is_refused(roster, other_commune):
    with pytest.raises(NotAllowed, match="không phải của xã"):
        write(roster, stand_in=make_user(other_commune, Role.OFFICER))


def test_person_without_the_right_cannot_lend_it(roster):
    with pytest.raises(NotAllowed, match="không có quyền duyệt bài"):
        write(roster, person=roster.binh)


def test_stand_in_writes_no_absence_and_lends_nothing_on(roster):
    write(roster)

    with pytest.raises(NotAllowed, match="Chỉ chỉ huy"):
        write(roster, by=again(roster.an), person=roster.leader, stand_in=roster.binh)
    with pytest.raises(NotAllowed, match="không có quyền duyệt bài"):
        write(roster, by=roster.leader, person=again(roster.an), stand_in=roster.binh)


def test_absences_of_one_person_do_not_overlap_and_stand_ins_are_there(roster):
    write(roster)

    with pytest.raises(NotAllowed, match="đã có ngày nghỉ"):
        write(roster, starts_at=NOON + 2 * DAY, ends_at=NOON + 5 * DAY)
    with pytest.raises(NotAllowed, match="cũng nghỉ"):
        write(roster, person=roster.binh, stand_in=roster.chief, may_approve=False)


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [(0, 61, "60 ngày"), (-3, 1, "ghi lùi"), (2, 1, "kết thúc sau")],
)
def test_days_are_bounded(roster, start, end, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        write(roster, starts_at=NOON + start * DAY, ends_at=NOON + end * DAY)
    assert Absence.objects.count() == 0


def test_chain_of_stand_ins_is_followed(roster):
    roster.shift(roster.an, NOON)
    write(roster, person=roster.an, stand_in=roster.binh, may_approve=False)
    write(
        roster, person=roster.binh, stand_in=roster.cuc, may_approve=False,
        starts_at=NOON + timedelta(hours=1),
    )  # fmt: skip

    assert on_duty(roster.commune, Seat.DUTY, NOON) == [roster.binh.pk]
    assert on_duty(roster.commune, Seat.DUTY, NOON + timedelta(hours=2)) == [roster.cuc.pk]
