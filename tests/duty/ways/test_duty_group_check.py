"""The weekly look at the people in the duty group, and the page on which the group is set."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.users.roles import Role
from accounts.work_budget import UNLIMITED
from accounts.workflow.declaration import NotAllowed
from duty.models import DutyGroupCheck, DutySettings, Occasion
from duty.occasions.models import subject_of
from duty.tasks import look_at_duty_groups
from duty.ways import office
from duty.ways.zalo import group, group_check
from groups.models import GroupReconciliation, ReconciliationLine
from groups.oa_groups import reconciliation
from tests.duty.ways.notices import REAL, notice_for
from tests.factories.accounts import make_user
from tests.factories.groups import make_group
from zalo.client.errors import ZaloRejected
from zalo.models import OfficialAccount
from zalo.outbox.outcomes import Outcome
from zalo_simulator.faults import parse

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"
KIND = group_check.KIND


class Room:
    """The duty group at Zalo, with whoever is put into it."""

    def __init__(self, scene: Any) -> None:
        self.scene = scene
        self.chief = make_user(scene.account.commune, Role.CHIEF, username="truong")
        self.state = scene.simulator.state
        self.group = self.state.add_group("Trực ban Công an xã")
        self.group.members.clear()
        self.commune = scene.account.commune
        DutySettings.objects.create(commune=self.commune, duty_group=self.group.id)

    def person(self, name: str, *, is_in: bool = True) -> Any:
        made = self.state.add_person(name, days_since_interaction=0)
        if is_in:
            self.group.members[made.id] = self.state.now()
        return made

    def officer(self, name: str, *, is_in: bool = True) -> User:
        """An officer who linked the own Zalo."""
        user = make_user(self.commune, Role.OFFICER, username=name)
        self.scene.link(user, by=self.person(f"Zalo {name}", is_in=is_in))
        return user

    def look(self) -> group_check.People:
        return group_check.look(self.commune, by=self.chief)


@pytest.fixture
def room(scene: Any) -> Room:
    return Room(scene)


def numbers() -> tuple[int, int, int]:
    row = DutyGroupCheck.objects.get()
    return row.known, row.strangers, row.absent


def test_people_are_compared_with_accounts_that_keep_shifts(room):
    known, ended, absent = (
        room.officer("biet"), room.officer("het.truc"), room.officer("ngoai", is_in=False),
    )  # fmt: skip
    ended.groups.clear()
    room.person("Anh Lạ")

    people = room.look()

    assert people == group_check.People(
        known=[known], ended=[ended], strangers=["Anh Lạ"], absent=[absent]
    )
    assert numbers() == (1, 2, 1)


def test_account_that_was_locked_is_a_stranger_from_then_on(room):
    gone = room.officer("di.roi")
    assert room.look().known == [gone]

    gone.is_active = False
    gone.save()

    assert room.look().strangers == ["Zalo di.roi"]


def test_nothing_of_a_stranger_is_written_down(room):
    stranger = room.person("Nguyễn Thị Lạ")

    room.look()

    kept = [
        *DutyGroupCheck.objects.values(), *Occasion.objects.values(),
        *AuditEvent.objects.values("action", "details", "target_label", "reason"),
    ]  # fmt: skip
    assert "Nguyễn Thị Lạ" not in str(kept)
    assert stranger.id not in str(kept)
    assert AuditEvent.objects.get(action="duty_group.checked").details["strangers"] == 1


def test_strangers_are_told_to_the_chiefs_until_the_next_look_finds_none(room):
    stranger = room.person("Anh Lạ")
    room.officer("biet")
    room.look()

    occasion = Occasion.objects.open().get(kind=KIND)
    assert occasion.subject == subject_of(DutyGroupCheck.objects.get())
    assert occasion.level == "shift"

    del room.group.members[stranger.id]
    room.look()

    occasion.refresh_from_db()
    assert occasion.closed_because == Occasion.Ended.DONE


def test_group_of_colleagues_alone_tells_nobody(room):
    room.officer("biet")

    room.look()

    assert not Occasion.objects.filter(kind=KIND).exists()


def test_refusal_of_zalo_is_kept_and_told(room):
    room.officer("biet")
    room.scene.simulator.faults.add(
        parse({"kind": "-403", "path": "/v3.0/oa/group/listmember", "times": 1})
    )

    with pytest.raises(ZaloRejected):
        room.look()

    assert DutyGroupCheck.objects.get().trouble
    assert Occasion.objects.open().filter(kind=KIND).exists()
    room.look()
    assert DutyGroupCheck.objects.get().trouble == ""
    assert not Occasion.objects.open().filter(kind=KIND).exists()


# Once a week.


def test_each_group_is_looked_at_once_a_week(room):
    room.person("Anh Lạ")
    now = timezone.now()
    assert group_check.due(now) == [room.commune]

    look_at_duty_groups()

    assert numbers() == (0, 1, 0)
    assert group_check.due(now + timedelta(days=6)) == []
    assert group_check.due(now + timedelta(days=7)) == [room.commune]


def test_zalo_that_does_not_answer_is_asked_the_next_night(room):
    OfficialAccount.objects.update(is_active=False)

    assert not group_check.look_at_all(timezone.now(), UNLIMITED)

    assert not DutyGroupCheck.objects.exists()
    assert group_check.due(timezone.now()) == [room.commune]


def test_commune_without_a_group_is_left_alone(room):
    DutySettings.objects.update(duty_group="")

    assert group_check.due(timezone.now()) == []
    with pytest.raises(NotAllowed, match="Chưa đặt nhóm"):
        room.look()


# Setting the group.


def test_group_is_set_by_a_chief_from_the_groups_of_the_account(room):
    other = room.state.add_group("Nhóm trực mới")
    room.person("Anh Lạ")
    room.look()

    office.set_group(room.commune, other.id, by=room.chief)

    assert DutySettings.objects.get().duty_group == other.id
    assert not DutyGroupCheck.objects.exists()
    assert not Occasion.objects.open().filter(kind=KIND).exists()
    assert AuditEvent.objects.get(action="duty_settings.ways_changed").details["after"] == (
        "nhóm trực ban: Nhóm trực mới"
    )
    office.set_group(room.commune, "", by=room.chief)
    assert DutySettings.objects.get().duty_group == ""


def test_group_of_residents_never_becomes_the_duty_group(room, hamlet):
    of_residents = room.state.add_group("Ấp 1")
    make_group(hamlet, zalo_group_id=of_residents.id)

    with pytest.raises(NotAllowed, match="nhóm của bà con"):
        office.set_group(room.commune, of_residents.id, by=room.chief)


def test_big_group_and_one_of_others_are_refused(room):
    big = room.state.add_group("Đông", total_member=60)
    for number in range(60):
        person = room.state.add_person(f"Người {number}")
        big.members[person.id] = room.state.now()

    with pytest.raises(NotAllowed, match="nhiều nhất 50 người"):
        office.set_group(room.commune, big.id, by=room.chief)
    with pytest.raises(NotAllowed, match="Không thấy nhóm này"):
        office.set_group(room.commune, "khong-co", by=room.chief)


def test_officer_and_chief_of_elsewhere_set_nothing(room, other_commune):
    for user in (room.scene.officer, make_user(other_commune, Role.CHIEF)):
        with pytest.raises(NotAllowed, match="Chỉ chỉ huy"):
            office.set_group(room.commune, "", by=user)


def test_group_that_became_one_of_residents_gets_no_alert(room, hamlet):
    occasion = room.scene.open()
    notice = notice_for(occasion, "group", group.PLACE, None)
    make_group(hamlet, zalo_group_id=room.group.id)

    made = group.message(notice)

    assert isinstance(made, Outcome)
    assert made.sentence == group.NO_GROUP
    assert list(REAL["group"].shared(occasion, timezone.now())) == []


def test_nobody_is_asked_to_adopt_the_duty_group(room):
    run = GroupReconciliation.objects.create(commune=room.commune)
    reconciliation.run(run.pk)

    run.refresh_from_db()
    assert run.state == "done"
    assert not ReconciliationLine.objects.filter(zalo_group_id=room.group.id).exists()


# The page.


@pytest.fixture
def page(client: Any, room: Room) -> Any:
    client.force_login(room.chief, backend=BACKEND)
    return client


def test_page_shows_numbers_and_after_a_look_the_names(page, room):
    room.person("Anh Lạ")
    address = reverse("admin:duty_office_show")
    assert "chưa xem những ai ở trong" in page.get(address).content.decode()

    looked = page.post(reverse("admin:duty_office_look")).content.decode()
    later = page.get(address).content.decode()

    assert "Anh Lạ" in looked
    assert "Anh Lạ" not in later
    assert "trong nhóm có 1 người không phải người trực" in later


def test_page_lists_the_groups_and_sets_one(page, room):
    other = room.state.add_group("Nhóm trực mới")

    listed = page.post(reverse("admin:duty_office_groups")).content.decode()
    assert "Nhóm trực mới" in listed
    page.post(reverse("admin:duty_office_group"), {"nhom": other.id})

    assert DutySettings.objects.get().duty_group == other.id


def test_page_is_the_chiefs(client, room):
    client.force_login(room.scene.officer, backend=BACKEND)

    assert client.get(reverse("admin:duty_office_show")).status_code == 403
    assert client.post(reverse("admin:duty_office_look")).status_code == 403


def test_zalo_that_cannot_be_asked_is_said_on_the_page(page, room):
    OfficialAccount.objects.update(is_active=False)

    answer = page.post(reverse("admin:duty_office_look"), follow=True).content.decode()

    assert group_check.NO_ACCOUNT in answer
