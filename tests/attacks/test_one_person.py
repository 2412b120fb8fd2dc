"""Nothing that residents trust changes by one person: phones, profile, groups, their links."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.tasks import carry_out_changes
from accounts.users.roles import Role
from broadcasts.models import OfficialPhone
from groups import services as groups
from groups.models import ZaloGroup
from tests import caches
from tests.attacks.second_person import confirm_all, filled_in, in_use, verified
from tests.factories.accounts import make_profile
from tests.factories.broadcasts import make_official_phone
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_ordinary_group,
    make_regulation,
)

pytestmark = pytest.mark.django_db
OLD, FALSE = "0251 000 0113", "0900 000 666"
LINK, FALSE_LINK = "https://zalo.me/g/thatla1", "https://zalo.me/g/giamao1"


def public(commune: Any, **asked: str) -> str:
    """The public page as anybody reads it, without the minute of the cache."""
    caches.forget()
    url = reverse("genuine_groups", args=[commune.code])
    return Client().get(url, asked).content.decode()


def later(hours: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(hours=hours))


@pytest.fixture(autouse=True)
def in_service(chief: User) -> None:
    """The chief has signed in: the first days are over."""
    verified(chief)


@pytest.fixture
def profile(commune: Any, chief: User) -> Any:
    return make_profile(commune, duty_phone=OLD)


@pytest.mark.parametrize("role", [Role.TECH_ADMIN, Role.CHIEF])
def test_duty_phone_does_not_change_by_one_person(commune, profile, role):
    client = verified(in_use(commune, role))
    url = reverse("admin:accounts_communeprofile_change", args=[profile.pk])

    filled_in(client, url, duty_phone=FALSE)
    confirm_all(client)
    with later(48):
        carry_out_changes()

    assert OLD in public(commune)
    assert FALSE not in public(commune)


@pytest.mark.parametrize("role", [Role.TECH_ADMIN, Role.CHIEF])
def test_new_profile_from_today_on_is_not_one_persons_either(commune, profile, role):
    client = verified(in_use(commune, role))
    values = {"commune": commune.pk, "valid_from": timezone.localdate().isoformat(),
              "province_label": "TỈNH", "duty_phone": FALSE}  # fmt: skip

    filled_in(client, reverse("admin:accounts_communeprofile_add"), **values)
    confirm_all(client)
    with later(48):
        carry_out_changes()

    assert FALSE not in public(commune)


def test_table_of_profiles_below_the_commune_writes_nothing(commune, profile, tech_admin):
    url = reverse("admin:accounts_commune_change", args=[commune.pk])

    filled_in(
        verified(tech_admin), url,
        **{"profiles-TOTAL_FORMS": "1", "profiles-INITIAL_FORMS": "1", "profiles-0-id": profile.pk,
           "profiles-0-commune": commune.pk, "profiles-0-valid_from": "30/04/2026",
           "profiles-0-province_label": "TỈNH", "profiles-0-duty_phone": FALSE,
           "profiles-0-daily_cap": "2", "profiles-0-weekly_cap": "7",
           "profiles-0-quiet_from": "21:30", "profiles-0-quiet_to": "06:30"},
    )  # fmt: skip

    assert FALSE not in public(commune)


def test_duty_phone_changes_by_two_after_a_day(commune, profile, chief, tech_admin):
    url = reverse("admin:accounts_communeprofile_change", args=[profile.pk])
    filled_in(verified(tech_admin), url, duty_phone="0251 000 0200", daily_cap="3", weekly_cap="9")
    profile.refresh_from_db()
    assert profile.daily_cap == 3  # is nobody's trust

    confirm_all(verified(chief))
    carry_out_changes()
    assert "0251 000 0200" not in public(commune)
    with later(25):
        carry_out_changes()

    assert "0251 000 0200" in public(commune)


def test_day_begins_with_the_confirmation_and_not_with_the_proposal(
    commune, profile, chief, tech_admin
):
    url = reverse("admin:accounts_communeprofile_change", args=[profile.pk])
    filled_in(verified(tech_admin), url, duty_phone="0251 000 0200")

    with later(30):
        confirm_all(verified(chief))
        carry_out_changes()
        assert OLD in public(commune)
    with later(55):
        carry_out_changes()

    assert "0251 000 0200" in public(commune)


@pytest.mark.parametrize("page", ["add", "change"])
def test_official_phone_is_not_one_chiefs(commune, chief, page):
    phone = make_official_phone(commune, label="Trạm y tế")
    url = reverse("admin:broadcasts_officialphone_" + page, args=[phone.pk] * (page == "change"))
    client = verified(chief)

    filled_in(client, url, label="Trực ban", phone=FALSE, valid_from="2026-01-01")
    confirm_all(client)
    with later(48):
        carry_out_changes()

    assert list(OfficialPhone.objects.values_list("label", flat=True)) == ["Trạm y tế"]


@pytest.mark.parametrize("page", ["add", "change"])
def test_trail_says_that_a_phone_changed_when_it_did(commune, chief, officer_of, hamlet, page):
    phone = make_official_phone(commune, label="Trạm y tế")
    url = reverse("admin:broadcasts_officialphone_" + page, args=[phone.pk] * (page == "change"))

    filled_in(verified(chief), url, label="Trực ban", phone=FALSE, valid_from="2026-01-01")
    assert steps() == [("second_person.proposed", chief)]

    second = officer_of(hamlet)
    confirm_all(verified(second))
    assert steps()[1:] == [("second_person.confirmed", second)]
    with later(25):
        carry_out_changes()

    assert steps()[2:] == [("official_phone.changed", second), ("second_person.done", second)]


def test_proposer_reads_who_confirms_and_where(commune, chief, officer_of, hamlet):
    client = verified(chief)
    url = reverse("admin:broadcasts_officialphone_add")
    answer = filled_in(client, url, label="Trực ban", phone=FALSE, valid_from="2026-01-01")

    page = client.get(answer["Location"]).content.decode()

    assert "Chỉ huy Công an xã, Cảnh sát khu vực. Người đó mở trang đầu" in page
    assert "mục “Chờ người thứ hai”" in page
    second = verified(officer_of(hamlet))
    assert "Chờ người thứ hai" in second.get(reverse("admin:index")).content.decode()


def steps() -> list[tuple[str, User | None]]:
    """Actions of the trail about phones and proposals, each with its account."""
    rows = AuditEvent.objects.filter(action__regex="^(official_phone|second_person)[.]")
    return [(row.action, row.actor) for row in rows.order_by("pk")]


@pytest.fixture
def group(hamlet: Any, chief: User) -> ZaloGroup:
    return make_ordinary_group(hamlet, name="Bà con ấp Thật", link=LINK, is_link_public=True)


@pytest.mark.parametrize("by_chief", [False, True])
def test_link_on_the_public_page_does_not_change_by_one_person(
    commune, hamlet, group, officer_of, chief, by_chief
):
    client = verified(chief if by_chief else officer_of(hamlet))
    url = reverse("admin:groups_zalogroup_change", args=[group.pk])

    filled_in(client, url, link=FALSE_LINK, name="Công an hỗ trợ", is_link_public="on")
    confirm_all(client)

    page = public(commune)
    assert "giamao1" not in page
    assert "Công an hỗ trợ" not in page
    assert LINK in page
    assert "Không phải nhóm chính thức" in public(commune, **{"lien-ket": FALSE_LINK})


def test_no_other_door_certifies_a_link(commune, hamlet, group, officer_of):
    """A column of a file, a link taken over from Zalo: the page keeps what two confirmed."""
    ZaloGroup.objects.filter(pk=group.pk).update(link=FALSE_LINK, name="Công an hỗ trợ")

    assert "giamao1" not in public(commune)
    assert "Không phải nhóm chính thức" in public(commune, **{"lien-ket": FALSE_LINK})
    poster = Client().get(reverse("genuine_poster", args=[commune.code, group.pk]))
    assert FALSE_LINK not in poster.content.decode()


def test_secret_link_is_not_published_by_one_person(commune, hamlet, chief, officer_of):
    kept = make_group(hamlet, name="Nhóm kín", link=LINK)
    client = verified(officer_of(hamlet))

    client.post(reverse("admin:groups_zalogroup_publish", args=[kept.pk]), {"cong-khai": "co"})
    filled_in(client, reverse("admin:groups_zalogroup_change", args=[kept.pk]), is_link_public="on")
    confirm_all(client)

    assert LINK not in public(commune)


def test_group_that_one_officer_began_is_not_called_genuine(commune, hamlet, chief, officer_of):
    make_regulation(hamlet)
    officer = officer_of(hamlet)
    client = verified(officer)
    filled_in(
        client, reverse("admin:groups_zalogroup_add"), name="Công an hỗ trợ", kind="ordinary",
        hamlet=hamlet.pk, link=FALSE_LINK, is_link_public="on",
    )  # fmt: skip
    made = ZaloGroup.objects.get(name="Công an hỗ trợ")
    groups.activate(made, by=officer)
    confirm_all(client)

    assert made.status == "active"
    assert "Công an hỗ trợ" not in public(commune)
    assert "Không phải nhóm chính thức" in public(commune, **{"lien-ket": FALSE_LINK})


def test_two_put_a_group_on_the_page_and_one_takes_it_off(commune, hamlet, group, officer_of):
    first, second = verified(officer_of(hamlet)), verified(officer_of(hamlet))
    filled_in(
        first, reverse("admin:groups_zalogroup_change", args=[group.pk]),
        link="https://zalo.me/g/moilap1",
    )  # fmt: skip
    assert "moilap1" not in public(commune)

    confirm_all(second)
    assert "https://zalo.me/g/moilap1" in public(commune)
    first.post(reverse("admin:groups_zalogroup_genuine", args=[group.pk]), {"choice": "nothing"})

    assert "Bà con ấp Thật" not in public(commune)


def test_officer_of_another_hamlet_neither_sees_nor_confirms(commune, hamlet, group, officer_of):
    url = reverse("admin:groups_zalogroup_change", args=[group.pk])
    filled_in(verified(officer_of(hamlet)), url, link="https://zalo.me/g/moilap1")
    stranger = verified(officer_of(make_hamlet(commune)))

    confirm_all(stranger)

    assert "moilap1" not in public(commune)
    assert "Bà con ấp Thật" not in stranger.get("/admin/").content.decode()
