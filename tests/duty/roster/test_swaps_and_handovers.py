"""Swaps and giao ca: by name, in one transaction, nothing lost."""

import pytest
from django.db import connection

from accounts.models import AuditEvent
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from duty.models import HandOver, Occasion, Seat, Shift
from duty.occasions import services, subjects
from duty.roster.services import unfilled
from duty.services import open_occasion
from duty.shifts import editing, handing, swapping
from tests.duty.roster.conftest import DAY, HOUR, NOON, local
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(roster):
    """A shift of An on the 3rd and one of Bình on the 4th."""
    return roster.shift(roster.an, local(3)), roster.shift(roster.binh, local(4))


def keepers():
    return [row.person.username for row in Shift.objects.order_by("starts_at")]


def test_both_shifts_change_hands_once_the_other_agrees(roster, two):
    swap = swapping.ask(two[0], of=roster.binh, by=roster.an, in_return=two[1])
    assert keepers() == ["an", "binh"]

    swapping.accept(swap, by=roster.binh)

    assert keepers() == ["binh", "an"]
    assert unfilled(roster.commune, Seat.DUTY, local(3), local(5)) == []
    assert all(row.is_edited for row in Shift.objects.all())
    assert AuditEvent.objects.filter(action="shift_swap.agreed").count() == 1


def test_shift_may_be_given_without_return(roster, two):
    swapping.accept(swapping.ask(two[0], of=roster.cuc, by=roster.an), by=roster.cuc)

    assert keepers() == ["cuc", "binh"]


def test_declined_and_withdrawn_change_nothing(roster, two):
    swapping.decline(swapping.ask(two[0], of=roster.binh, by=roster.an), by=roster.binh)
    swap = swapping.ask(two[0], of=roster.binh, by=roster.an)
    swapping.withdraw(swap, by=roster.an)

    assert keepers() == ["an", "binh"]
    with pytest.raises(NotAllowed, match="đã xong"):
        swapping.accept(swap, by=roster.binh)


def test_only_the_asked_person_answers(roster, two):
    swap = swapping.ask(two[0], of=roster.binh, by=roster.an)

    for act in (swapping.accept, swapping.decline):
        for user in (roster.an, roster.cuc, roster.chief):
            with pytest.raises(NotAllowed, match="không phải của tài khoản này"):
                act(swap, by=user)
    with pytest.raises(NotAllowed):
        swapping.withdraw(swap, by=roster.binh)


def test_only_own_shifts_ahead_are_offered_and_only_to_fit_persons(roster, two):
    running = roster.shift(roster.an, local(1))
    unfit = make_user(roster.commune, Role.PARTY_MEMBER)

    with pytest.raises(NotAllowed, match="ca của mình"):
        swapping.ask(two[1], of=roster.cuc, by=roster.an)
    with pytest.raises(NotAllowed, match="đã bắt đầu"):
        swapping.ask(running, of=roster.cuc, by=roster.an)
    with pytest.raises(NotAllowed, match="người khác"):
        swapping.ask(two[0], of=roster.an, by=roster.an)
    with pytest.raises(NotAllowed, match="chưa có quyền nhận việc"):
        swapping.ask(two[0], of=unfit, by=roster.an)
    with pytest.raises(NotAllowed, match="ca của"):
        swapping.ask(two[0], of=roster.cuc, by=roster.an, in_return=two[1])


def test_second_question_about_a_shift_waits_for_the_first(roster, two):
    swapping.ask(two[0], of=roster.binh, by=roster.an)

    with pytest.raises(NotAllowed, match="đang hỏi đổi ca này"):
        swapping.ask(two[0], of=roster.cuc, by=roster.an)


def test_roster_that_changed_meanwhile_makes_the_answer_void(roster, two):
    swap = swapping.ask(two[0], of=roster.binh, by=roster.an, in_return=two[1])
    Shift.objects.filter(pk=two[1].pk).update(person=roster.cuc)

    with pytest.raises(NotAllowed, match="Lịch đã đổi"):
        swapping.accept(swap, by=roster.binh)
    assert keepers() == ["an", "cuc"]


def test_shift_asked_for_in_return_that_is_removed_ends_the_question(roster, two):
    swap = swapping.ask(two[0], of=roster.binh, by=roster.an, in_return=two[1])
    editing.remove_shift(two[1], by=roster.chief)

    with pytest.raises(NotAllowed, match="đã xong"):
        swapping.accept(swap, by=roster.binh)
    assert keepers() == ["an"]


def test_other_person_who_lost_the_right_cannot_agree(roster, two):
    swap = swapping.ask(two[0], of=roster.binh, by=roster.an)
    roster.binh.groups.clear()
    binh = type(roster.binh).objects.get(pk=roster.binh.pk)

    with pytest.raises(NotAllowed):
        swapping.accept(swap, by=binh)
    assert keepers() == ["an", "binh"]


@pytest.fixture
def ending(roster):
    """A shift of An that ends in an hour, and the next one of Bình."""
    roster.shift(roster.binh, NOON + HOUR)
    return roster.shift(roster.an, NOON - 7 * HOUR, hours=8)


@pytest.fixture
def open_matters(roster, monkeypatch):
    """Two urgent matters; only those in `hidden` of the second are kept from it."""
    hidden: set[int] = set()
    for kind, kept in (("tip_now", set()), ("tip_urgent", hidden)):
        subject = subjects.Subject(
            may_open=lambda user, pk, kept=kept: user.pk not in kept,
            address=lambda user, pk: "/", stands=lambda pk: True,
        )  # fmt: skip
        monkeypatch.setitem(subjects._SUBJECTS, kind, subject)
        open_occasion(kind, roster.chief, commune=roster.commune)
    return hidden


def test_successor_is_who_keeps_the_seat_next(roster, ending):
    assert handing.successor_of(ending) == roster.binh.pk


def test_shift_is_handed_over_by_name_with_the_matters_taken(roster, ending, open_matters):
    open_matters.add(roster.binh.pk)
    for occasion in Occasion.objects.open():
        services.claim(occasion, by=roster.an)
    offered = handing.give(ending, to=roster.binh, text="Chìa khóa ở ngăn dưới.", by=roster.an)

    assert handing.confirm(offered, by=roster.binh) == (1, 1)

    ending.refresh_from_db()
    assert (ending.handed_over_to, ending.handed_over_at) == (roster.binh, NOON)
    taken = {one.kind: one.taken_by for one in Occasion.objects.open()}
    assert taken == {"tip_now": roster.binh, "tip_urgent": None}


def test_words_lie_sealed_and_the_trail_does_not_hold_them(roster, ending):
    handing.give(ending, to=roster.binh, text="Chìa khóa ở ngăn dưới.", by=roster.an)

    with connection.cursor() as cursor:
        cursor.execute("select text from duty_handover")
        assert "Chìa" not in cursor.fetchone()[0]
    assert HandOver.objects.get().text == "Chìa khóa ở ngăn dưới."
    assert AuditEvent.objects.get(action="shift_handover.given").reason == ""


def test_only_the_keeper_gives_and_only_the_named_person_confirms(roster, ending):
    with pytest.raises(NotAllowed, match="Chỉ người trực ca này"):
        handing.give(ending, to=roster.binh, text="", by=roster.cuc)
    offered = handing.give(ending, to=roster.binh, text="", by=roster.an)
    for user in (roster.an, roster.cuc, roster.chief):
        with pytest.raises(NotAllowed, match="người được giao ca"):
            handing.confirm(offered, by=user)
    handing.confirm(offered, by=roster.binh)
    with pytest.raises(NotAllowed, match="đã bàn giao xong"):
        handing.confirm(offered, by=roster.binh)


def test_offer_that_was_forgotten_moves_nothing_days_later(roster, ending, open_matters):
    offered = handing.give(ending, to=roster.binh, text="", by=roster.an)
    roster.clock.shift(3 * DAY)
    open_matters.add(roster.binh.pk)
    taken = Occasion.objects.open().first()
    services.claim(taken, by=roster.an)

    with pytest.raises(NotAllowed, match="hết đã lâu"):
        handing.confirm(offered, by=roster.binh)

    taken.refresh_from_db()
    assert (taken.taken_by, list(handing.to_confirm(roster.binh))) == (roster.an, [])


def test_offer_may_be_addressed_anew_until_it_is_confirmed(roster, ending):
    handing.give(ending, to=roster.binh, text="a", by=roster.an)
    offered = handing.give(ending, to=roster.cuc, text="b", by=roster.an)

    assert HandOver.objects.get().given_to == roster.cuc
    handing.confirm(offered, by=roster.cuc)
    with pytest.raises(NotAllowed, match="đã bàn giao xong"):
        handing.give(ending, to=roster.binh, text="c", by=roster.an)


@pytest.mark.parametrize(("shift", "sentence"), [(2 * HOUR, "Chưa đến giờ"), (-DAY, "hết đã lâu")])
def test_shift_is_handed_over_around_its_end(roster, shift, sentence):
    row = roster.shift(roster.an, NOON - 10 * HOUR + shift, hours=10.5 if shift > 0 * HOUR else 4)

    with pytest.raises(NotAllowed, match=sentence):
        handing.give(row, to=roster.binh, text="", by=roster.an)


def test_words_of_more_than_a_thousand_letters_are_refused(roster, ending):
    handing.give(ending, to=roster.binh, text="a" * 1000, by=roster.an)
    with pytest.raises(NotAllowed, match="1000"):
        handing.give(ending, to=roster.binh, text="a" * 1001, by=roster.an)
