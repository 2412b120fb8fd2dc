"""Single shifts: added, given to another, removed; audited."""

import pytest

from accounts.models import AuditEvent
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from duty.models import Seat, Shift
from duty.roster.services import on_duty, unfilled
from duty.shifts import editing, swapping
from tests.duty.roster.conftest import HOUR, NOON, local
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def add(roster, person, **options):
    values = {"seat": Seat.DUTY, "starts_at": local(3), "ends_at": local(4), "by": roster.chief}
    return editing.add_shift(roster.commune, person=person, **(values | options))


def test_shift_is_added_and_written_into_the_trail(roster):
    shift = add(roster, roster.an)

    assert shift.is_edited
    event = AuditEvent.objects.get(action="shift.added")
    assert (event.actor, event.target_id) == (roster.chief, str(shift.pk))


def test_overlap_in_a_seat_is_refused_by_its_sentence(roster):
    add(roster, roster.an)

    with pytest.raises(NotAllowed, match="Giờ này đã có người trực ở vị trí này"):
        add(roster, roster.binh, starts_at=local(3, 12), ends_at=local(3, 18))
    add(roster, roster.binh, starts_at=local(4), ends_at=local(5))
    add(roster, roster.binh, seat=Seat.LEADER)
    assert Shift.objects.count() == 3


@pytest.mark.parametrize(
    ("role", "why"),
    [(Role.PARTY_MEMBER, "chưa có quyền nhận việc"), (Role.FRONT, "chưa có quyền xem lịch trực")],
)
def test_account_that_may_take_no_matter_keeps_no_shift(roster, role, why):
    with pytest.raises(NotAllowed, match=why):
        add(roster, make_user(roster.commune, role))


def test_hamlet_head_keeps_no_shift(roster):
    with pytest.raises(NotAllowed, match="chưa có quyền xem lịch trực"):
        add(roster, make_user(roster.commune, Role.HAMLET_HEAD))


def test_disabled_account_and_one_of_elsewhere_keep_no_shift(roster, other_commune):
    roster.an.is_active = False
    roster.an.save()

    with pytest.raises(NotAllowed, match="đang khóa"):
        add(roster, roster.an)
    with pytest.raises(NotAllowed, match="không phải của xã"):
        add(roster, make_user(other_commune, Role.OFFICER))


def test_shift_of_the_past_is_refused(roster):
    with pytest.raises(NotAllowed, match="đã qua"):
        add(roster, roster.an, starts_at=NOON - 9 * HOUR, ends_at=NOON - HOUR)


def test_person_of_a_shift_ahead_changes(roster):
    shift = roster.shift(roster.an, local(3))

    changed = editing.change_person(shift, person=roster.binh, by=roster.chief)

    assert (changed.pk, changed.person, changed.is_edited) == (shift.pk, roster.binh, True)
    assert AuditEvent.objects.get(action="shift.person_changed").reason.endswith("Ngô Bình")


def test_running_shift_is_cut_at_the_change_and_leaves_no_gap(roster):
    shift = roster.shift(roster.an, local(1), begun_at=local(1))

    changed = editing.change_person(shift, person=roster.binh, by=roster.chief)

    shift.refresh_from_db()
    assert (shift.person, shift.ends_at, changed.starts_at) == (roster.an, NOON, NOON)
    assert changed.begun_at is None
    assert on_duty(roster.commune, Seat.DUTY, NOON) == [roster.binh.pk]
    assert unfilled(roster.commune, Seat.DUTY, local(1), local(2)) == []


def test_removed_shift_ahead_goes_and_a_running_one_ends_now(roster):
    ahead, running = roster.shift(roster.an, local(3)), roster.shift(roster.an, local(1))

    editing.remove_shift(ahead, by=roster.chief)
    editing.remove_shift(running, by=roster.chief)

    assert [row.ends_at for row in Shift.objects.all()] == [NOON]


def test_past_shift_stays_as_it_was(roster):
    past = roster.shift(roster.an, local(1, month=11))

    for act in (
        lambda: editing.remove_shift(past, by=roster.chief),
        lambda: editing.change_person(past, person=roster.binh, by=roster.chief),
    ):
        with pytest.raises(NotAllowed, match="đã qua"):
            act()


def test_officer_edits_nothing(roster):
    shift = roster.shift(roster.an, local(3))

    for act in (
        lambda: add(roster, roster.binh, by=roster.an, starts_at=local(5), ends_at=local(6)),
        lambda: editing.remove_shift(shift, by=roster.an),
        lambda: editing.change_person(shift, person=roster.binh, by=roster.an),
    ):
        with pytest.raises(NotAllowed, match="lập lịch trực"):
            act()


def test_chief_of_another_commune_does_not_reach_a_shift(roster, other_commune):
    shift = roster.shift(roster.an, local(3))
    stranger = make_user(other_commune, Role.CHIEF)

    with pytest.raises(NotAllowed):
        editing.remove_shift(shift, by=stranger)
    assert Shift.objects.filter(pk=shift.pk).exists()


def test_change_by_the_chief_ends_open_questions_to_swap(roster):
    shift = roster.shift(roster.an, local(3))
    swap = swapping.ask(shift, of=roster.binh, by=roster.an)

    editing.change_person(shift, person=roster.cuc, by=roster.chief)

    swap.refresh_from_db()
    assert swap.state == "withdrawn"
