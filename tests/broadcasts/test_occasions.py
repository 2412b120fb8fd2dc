"""Posts of which somebody is told: approval, return, posting by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import Role
from broadcasts import occasions, services
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from duty.models import Occasion, Seat
from duty.occasions import subjects
from duty.occasions.services import note_seen
from duty.signals import waiting_asked
from groups.models import Hamlet, Officer, ZaloGroup
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.duty import Hours, ends, everybody_is_reached, hours, make_shift, open_kinds
from tests.factories.groups import make_group, make_ordinary_group
from tests.factories.zalo import make_official_account

# A Tuesday in Vietnam.
AT_TWO = datetime(2026, 11, 30, 19, 0, tzinfo=UTC)
NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 30, 23, 31, tzinfo=UTC)  # 06:31
Draft = Callable[..., Broadcast]


@pytest.fixture(autouse=True)
def _reached(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_is_reached(monkeypatch)


@pytest.fixture
def day() -> Iterator[Hours]:
    with hours(NOON) as clock:
        yield clock


@pytest.fixture
def night() -> Iterator[Hours]:
    with hours(AT_TWO) as clock:
        yield clock


@pytest.fixture
def group(hamlet: Hamlet) -> ZaloGroup:
    return make_ordinary_group(hamlet)


@pytest.fixture
def head(hamlet: Hamlet, hamlet_head_of: Callable[..., User]) -> User:
    return hamlet_head_of(hamlet, username="truong.ap")


@pytest.fixture
def submitted(draft: Draft, author: User, group: ZaloGroup) -> Callable[..., Broadcast]:
    return lambda **fields: services.submit(draft(**fields), by=author)


@pytest.fixture
def urgent(submitted: Callable[..., Broadcast], chief: User) -> Callable[[], Broadcast]:
    """An urgent post that was approved and has begun."""

    def make() -> Broadcast:
        post = services.approve(submitted(priority="urgent"), by=chief)
        run_tick()
        post.refresh_from_db()
        return post

    return make


def task_of(post: Broadcast, group: ZaloGroup) -> Delivery:
    return Delivery.objects.get(broadcast=post, zalo_group=group)


# Approval.


def test_urgent_post_submitted_at_two_at_night_tells_every_approver_at_once(
    night, submitted, chief, deputy_chief, author
):
    submitted(priority="urgent")

    assert night.after() == [deputy_chief.username, chief.username]
    assert open_kinds() == ["approval_urgent"]


def test_chief_who_wrote_the_urgent_post_is_not_asked_to_approve_it(
    night, draft, group, chief, deputy_chief, commune
):
    written = draft(priority="urgent")
    written.text += " Gọi ngay trực ban."
    services.submit(services.edit(written, by=chief), by=chief)

    told = [name for seconds in (0, 180, 120, 300) for name in night.after(seconds)]

    assert set(told) == {deputy_chief.username}
    assert not subjects.may_open(Occasion.objects.get(), chief)


def test_approver_of_another_commune_and_officers_are_not_told(
    night, submitted, chief, other_commune, actor, officer_of, hamlet
):
    make_user(other_commune, Role.CHIEF)
    actor(Role.TECH_ADMIN)
    officer_of(hamlet)
    submitted(priority="urgent")

    assert night.after() == [chief.username]


def test_routine_post_submitted_at_night_waits_for_the_morning(night, submitted, chief):
    submitted()

    assert night.after(600) == []
    assert night.at(MORNING) == [chief.username]
    assert open_kinds() == ["approval_routine"]


def test_routine_post_that_leaves_before_the_morning_is_told_at_night(night, submitted, chief):
    submitted(scheduled_for=AT_TWO + timedelta(hours=3))

    assert night.after(180) == [chief.username]


@pytest.mark.parametrize(
    ("verb", "because"),
    [
        (lambda post, by: services.approve(post, by=by), "done"),
        (lambda post, by: services.reject(post, by=by, reason="Không phù hợp"), "done"),
        (lambda post, by: services.return_for_changes(post, by=by, reason="Sửa"), "done"),
        (lambda post, by: services.cancel(post, by=by), "gone"),
    ],
    ids=["approved", "rejected", "returned", "cancelled"],
)
def test_decision_ends_the_asking_whoever_took_it(day, submitted, chief, verb, because):
    post = submitted(priority="urgent")
    day.after()

    verb(post, chief)

    assert ends() == [("approval_urgent", because)]
    assert "approval_urgent" not in open_kinds()


def test_approving_on_the_page_ends_the_asking(day, submitted, chief, login):
    post = submitted()
    page = reverse("admin:broadcasts_broadcast_review", args=[post.pk])
    client: Client = login(chief)
    assert client.get(page).status_code == 200

    step = reverse("admin:broadcasts_broadcast_step", args=[post.pk, "duyet"])
    client.post(step, {"seen": post.content_hash}, follow=True)

    post.refresh_from_db()
    assert post.status in Broadcast.UNDER_APPROVAL
    assert ends() == [("approval_routine", "done")]


def test_edit_replaces_what_was_asked_and_the_next_submission_asks_anew(
    day, submitted, author, chief
):
    post = submitted(priority="urgent")
    day.after()
    post.text += " Gọi 113."
    post = services.edit(post, by=author)

    assert ends() == [("approval_urgent", "replaced")]
    services.submit(post, by=author)
    assert day.after() == [chief.username]
    assert Occasion.objects.open().get().round == 2


def test_refused_submission_asks_nobody(day, draft, author, hamlet):
    with pytest.raises(services.NotAllowed):
        services.submit(draft(priority="urgent"), by=author)  # no group to reach

    assert not Occasion.objects.exists()


def test_address_of_an_approval_is_the_page_that_shows_the_post(day, submitted, chief, login):
    submitted(priority="urgent")
    occasion = Occasion.objects.get()

    address = subjects.subject(occasion).address(chief, occasion.subject_pk)

    assert login(chief).get(address).status_code == 200


# Returned.


def test_returned_post_is_told_to_its_author_and_ends_by_submitting(
    day, submitted, author, chief, login
):
    post = services.return_for_changes(submitted(), by=chief, reason="Ghi rõ giờ")

    assert day.after(120) == [author.username]
    occasion = Occasion.objects.open().get()
    address = subjects.subject(occasion).address(author, occasion.subject_pk)
    assert login(author).get(address).status_code == 200
    services.submit(post, by=author)
    assert open_kinds() == ["approval_routine"]


def test_editing_a_returned_post_ends_its_return(day, submitted, author, chief):
    post = services.return_for_changes(submitted(), by=chief, reason="Ghi rõ giờ")
    post.text += " Lúc 7 giờ."

    services.edit(post, by=author)

    assert open_kinds() == []


def test_author_who_left_is_not_told_of_the_return(day, submitted, author, chief):
    services.return_for_changes(submitted(), by=chief, reason="Ghi rõ giờ")
    author.is_active = False
    author.save()

    assert author.username not in day.after(120) + day.after(1800)


# Posting by hand.


def test_everybody_who_owns_a_group_has_the_task_within_a_minute_of_the_approval(
    night, submitted, author, chief, head, commune, officer_of, other_hamlet
):
    owner = officer_of(other_hamlet, username="chu.nhom")
    make_ordinary_group(commune=commune, owner=Officer.objects.get(user=owner))
    officer_of(other_hamlet, username="ap.khac")
    services.approve(submitted(priority="urgent"), by=chief)
    night.after()
    night.clock.shift(2)
    run_tick()

    told = night.after(2)

    assert told == sorted([author.username, head.username, "chu.nhom"])


def test_who_has_not_opened_it_is_told_again_and_the_duty_officer_after_five_minutes(
    day, urgent, author, chief, head, officer_of, other_hamlet, commune
):
    on_duty = officer_of(other_hamlet, username="truc.ban")
    make_shift(commune, on_duty, NOON)
    make_shift(commune, chief, NOON, Seat.LEADER)
    urgent()
    assert day.after() == sorted([author.username, head.username])
    note_seen(Occasion.objects.open().get(), head)

    assert day.after(180) == [author.username]
    assert set(day.after(120)) == {on_duty.username, chief.username}


def test_only_owners_of_groups_that_are_left_are_told_again(
    day, urgent, author, head, other_hamlet, hamlet_head_of, group
):
    other = hamlet_head_of(other_hamlet, username="truong.ap.kia")
    make_ordinary_group(other_hamlet)
    post = urgent()
    assert day.after() == sorted([author.username, head.username, other.username])

    services.mark_posted(task_of(post, group), by=head)

    assert day.after(180) == [other.username]


def test_group_that_nobody_covers_falls_to_those_who_see_all(day, draft, chief, commune, author):
    make_ordinary_group(commune=commune)
    services.approve(services.submit(draft(priority="urgent"), by=author), by=chief)
    run_tick()

    assert day.after() == [chief.username]


def test_last_group_ends_it_also_where_it_is_ticked_on_the_page(day, urgent, head, group, login):
    post = urgent()
    day.after()
    occasion = Occasion.objects.open().get()
    address = subjects.subject(occasion).address(head, occasion.subject_pk)
    client: Client = login(head)

    assert address == reverse("admin:broadcasts_delivery_hand_task",
                              args=[task_of(post, group).pk])  # fmt: skip
    assert client.get(address).status_code == 200
    client.post(address, {"posted": "1"})

    occasion.refresh_from_db()
    assert occasion.closed_because == "done"
    assert day.after(180) == []


def test_group_left_keeps_it_open(day, urgent, head, group, other_hamlet):
    make_ordinary_group(other_hamlet)
    post = urgent()

    services.mark_missed(task_of(post, group), by=head, reason="Mất mạng")

    assert open_kinds() == ["hand_urgent"]


def test_taken_back_tick_tells_anew(day, urgent, head, author, group):
    post = urgent()
    day.after()
    done = services.mark_posted(task_of(post, group), by=head)
    assert open_kinds() == []

    services.take_back(done, by=head)

    assert open_kinds() == ["hand_urgent"]
    assert day.after() == sorted([author.username, head.username])


def test_stopped_post_is_not_asked_for_and_asked_for_again_when_it_goes_on(day, urgent, chief):
    post = urgent()
    services.pause(post, by=chief)
    assert open_kinds() == []

    services.resume(post, by=chief)
    assert open_kinds() == ["hand_urgent"]
    services.cancel(post, by=chief)

    assert open_kinds() == []
    assert [because for kind, because in ends() if kind == "hand_urgent"] == ["gone", "gone"]


def test_post_that_ended_by_its_hour_is_closed_by_the_tick(day, submitted, chief):
    services.approve(submitted(priority="urgent", expires_at=NOON + timedelta(hours=1)), by=chief)
    run_tick()
    assert open_kinds() == ["hand_urgent"]
    day.clock.shift(3601)

    run_tick()

    assert open_kinds() == []


def test_urgent_post_for_the_machine_alone_asks_no_hands(day, draft, author, chief, hamlet):
    make_official_account(hamlet.commune)
    make_group(hamlet)
    services.approve(services.submit(draft(priority="urgent"), by=author), by=chief)

    run_tick()

    assert Broadcast.objects.get().status == "sending"
    assert "hand_urgent" not in open_kinds()


def test_leader_is_led_to_the_groups_that_are_left(day, urgent, chief, login, group):
    post = urgent()
    occasion = Occasion.objects.open().get()

    address = subjects.subject(occasion).address(chief, occasion.subject_pk)

    assert address.startswith(reverse("admin:broadcasts_broadcast_log", args=[post.pk]))
    assert str(group) in login(chief).get(address).content.decode()


def test_head_of_another_hamlet_has_nothing_to_do_with_it(
    day, urgent, hamlet_head_of, other_hamlet
):
    stranger = hamlet_head_of(other_hamlet)
    urgent()

    assert not subjects.may_open(Occasion.objects.open().get(), stranger)


def test_officer_without_a_group_left_has_it_on_the_list_only_while_on_duty(
    day, urgent, officer_of, other_hamlet, commune
):
    officer = officer_of(other_hamlet)
    urgent()
    occasion = Occasion.objects.open().get()
    assert not subjects.may_open(occasion, officer)

    make_shift(commune, officer, NOON, Seat.SECOND)

    assert subjects.may_open(occasion, officer)


def test_urgent_posting_stands_first_on_the_home_page_with_the_page_of_the_group_behind_it(
    day, urgent, head, group, login
):
    post = urgent()
    task = reverse("admin:broadcasts_delivery_hand_task", args=[task_of(post, group).pk])
    client = login(head)

    home = client.get(reverse("admin:index")).context

    first = next(card for hour in home["queue"].hours for card in hour.cards)
    assert (first.title, first.presses) == (post.title, True)
    assert "Bài khẩn phải đăng tay, mỗi người làm phần của mình." in first.sentence
    assert task in client.get(first.opened_at).content.decode()
    services.mark_posted(task_of(post, group), by=head)
    home = client.get(reverse("admin:index")).context
    assert not home["queue"].presses
    assert "Bài khẩn phải đăng tay" not in str(home["work_lists"])


def test_routine_posting_by_hand_is_told_of_when_a_quarter_of_its_time_is_left(
    day, commune, group, head, author
):
    post = make_broadcast(commune, status="sending", expires_at=NOON + timedelta(hours=8))
    make_delivery(post, group)

    assert occasions.tend(timezone.now()) == 0
    day.clock.shift(timedelta(hours=6, minutes=1))
    assert occasions.tend(timezone.now()) == 1
    assert occasions.tend(timezone.now()) == 0

    assert Occasion.objects.get().count == 1
    assert day.after(120) == sorted([author.username, head.username])
    services.mark_posted(Delivery.objects.get(), by=head)
    assert open_kinds() == []


def test_urgent_post_that_hands_took_over_from_the_machine_is_found(day, commune, group):
    post = make_broadcast(commune, status="sending", priority="urgent")
    make_delivery(post, group)

    occasions.tend(timezone.now())

    assert open_kinds() == ["hand_urgent"]


# The messages that wait.


def asked() -> Any:
    [(_receiver, found)] = waiting_asked.send(None, now=timezone.now())
    return found


def test_nothing_sent_for_five_minutes_is_said_of_the_commune(day, commune, hamlet):
    make_official_account(commune, connected_at=NOON - timedelta(days=1))
    with_one = make_broadcast(commune, status="sending", started_at=NOON)
    make_delivery(with_one, make_group(hamlet))

    day.clock.shift(timedelta(minutes=4))
    assert asked().stuck == frozenset()
    day.clock.shift(timedelta(minutes=2))
    assert asked().stuck == {commune.pk}
    assert asked().urgent == frozenset()


def test_urgent_post_that_waits_is_said_of_the_commune(day, commune, hamlet):
    post: Any = make_broadcast(commune, status="sending", priority="urgent")
    make_delivery(post, make_group(hamlet))

    assert asked().urgent == {commune.pk}
    Delivery.objects.update(status="cancelled", next_attempt_at=None)
    assert asked().urgent == frozenset()
