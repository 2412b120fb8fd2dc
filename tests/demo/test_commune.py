"""The demo's data: whole, repeatable, recognisably made up, and away from real data."""

from collections import Counter
from itertools import pairwise

import pytest
from django.core.management import CommandError
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.users.roles import Role
from broadcasts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, texts
from broadcasts.demo.lists import ADDED, FIRST_PHONE
from broadcasts.demo.people import MEMBERS
from broadcasts.models import Broadcast, Delivery, PostRequest
from broadcasts.posts.corrections import reached
from broadcasts.services import late_groups
from groups.duplicates import pairs
from groups.models import (
    ConsentNotice,
    DataRequest,
    Hamlet,
    Member,
    MemberImport,
    MemberImportRow,
    MemberMerge,
    Officer,
    Team,
    ZaloGroup,
)
from oversight.models import MonthEndCount
from tests.demo.conftest import ACCESS_TOKEN, OA_ID, REFRESH_TOKEN, seed
from tests.sizes import is_whole
from zalo.models import OfficialAccount


def test_demo_has_the_size_of_a_commune(seeded):
    police = Officer.objects.exclude(user=None).exclude(title__iregex="^(trưởng ấp|tổ trưởng)")

    assert Hamlet.objects.count() == 19
    assert Team.objects.count() == 60
    assert Counter(ZaloGroup.objects.values_list("kind", flat=True)) == {"oa": 24, "ordinary": 17}
    assert police.count() == 12
    assert Member.objects.count() == MEMBERS + ADDED + 1  # who was erased


def test_nothing_in_the_demo_was_posted_later_than_now(seeded):
    posted = Delivery.objects.filter(status="posted")

    assert posted.exists()
    assert not posted.filter(posted_at__gt=timezone.now()).exists()


def test_posts_and_deliveries_are_in_every_state(seeded):
    assert set(Broadcast.objects.values_list("status", flat=True)) == set(Broadcast.Status.values)
    assert set(Delivery.objects.values_list("status", flat=True)) == set(Delivery.Status.values)


def test_directions_a_correction_and_a_late_group_are_there(seeded):
    wrong = Broadcast.objects.get(title=texts.WATER.title)
    right = wrong.corrections.get()
    fire = Broadcast.objects.get(title=texts.FIRE.title)

    states = PostRequest.objects.with_state().order_by("pk").values_list("state", flat=True)
    assert list(states) == ["received", "posted"]
    assert set(right.deliveries.values_list("zalo_group", flat=True)) == set(
        reached(wrong).values_list("zalo_group", flat=True)
    )
    assert 0 < right.deliveries.count() < wrong.deliveries.count()
    assert [str(group) for group in late_groups(fire)][-1:] == [
        str(ZaloGroup.objects.order_by("pk").last())
    ]


def test_coverage_rose_and_fell_over_24_months(seeded):
    rows = MonthEndCount.objects.filter(indicator="coverage.joined").order_by().values("month_end")
    sums = list(
        rows.annotate(joined=Sum("numerator"), homes=Sum("denominator"))
        .order_by("month_end")
        .values_list("joined", "homes")
    )
    steps = [two[0] - one[0] for one, two in pairwise(sums)]

    assert len(sums) >= 24
    assert max(steps) > 20 and min(steps) < -20  # noqa: PT018 -- one fact: up and down
    assert len({homes for _joined, homes in sums}) >= 3


@pytest.mark.parametrize("model", [Hamlet, Team, Officer, ZaloGroup, Broadcast, Delivery, Member])
def test_every_row_is_valid(seeded, model):
    rows = model.objects.order_by("?")
    for row in rows[:100] if model in (Member, Delivery) and not is_whole() else rows:
        row.full_clean()


def test_audit_trail_of_the_demo_holds(seeded):
    assert list(audit.verify()) == []


def test_phones_are_recognisably_made_up(seeded):
    phones = Member.objects.exclude(phone="").values_list("phone", flat=True)

    assert all("+84900000000" <= phone <= "+84900002999" for phone in phones)


def test_one_list_is_in_and_one_waits_with_something_in_every_lane(seeded):
    lanes = MemberImportRow.Lane
    waiting, done = MemberImport.objects.order_by("-created_at")

    assert (done.state, done.created_by.username) == ("committed", "truong.ap")
    assert [done.counts[lane] for lane in (lanes.NEW, lanes.CHANGED, lanes.SAME)] == [ADDED, 1, 11]
    assert waiting.state == "preview"
    assert {lane for lane in lanes if waiting.counts[lane]} == set(lanes) - {lanes.OUTDATED}


def test_what_people_agreed_to_and_asked_is_there(seeded):
    stated = Member.objects.people().exclude(consent_basis="none")
    late = DataRequest.objects.overdue(timezone.localdate())

    assert set(DataRequest.objects.values_list("status", flat=True)) == set(
        DataRequest.Status.values
    )
    assert late.exists()
    assert ConsentNotice.objects.of_membership().count() == 2
    assert not stated.filter(consents=None, consent_collected_by__isnull=False).exists()
    assert not Member.objects.filter(status__in=Member.ENDED, ended_at=None).exists()
    assert MemberMerge.objects.count() == 1
    assert pairs.pair_ids(Member.objects.filter(hamlet__code="AP01"))


def test_every_account_signs_in_without_a_change(seeded):
    for account in DEMO_ACCOUNTS:
        client = Client()
        sign_in = {"username": account.username, "password": DEMO_PASSWORD}

        assert client.post("/admin/login/", sign_in).status_code == 302
        assert client.get("/admin/").status_code == 200, account.username
    assert {account.role for account in DEMO_ACCOUNTS} == set(Role)


def test_command_prints_one_account_a_role(seeded):
    assert DEMO_PASSWORD in seeded
    for role in Role:
        assert seeded.count(str(role.label)) == 1


def test_second_run_changes_nothing(seeded):
    before = [model.objects.count() for model in (User, Member, Broadcast, Delivery)]

    again = seed("--force")

    assert "Đã có sẵn" in again
    assert [model.objects.count() for model in (User, Member, Broadcast, Delivery)] == before


def test_same_people_are_made_each_time(seeded):
    names = list(Member.objects.order_by("phone", "full_name").values_list("full_name", flat=True))

    assert names[-1] == Member.objects.get(phone=f"+84{FIRST_PHONE + ADDED - 1}").full_name
    assert len(set(names)) > 900


def test_demo_is_made_beside_another_commune_only_by_force(seeded):
    assert Commune.objects.count() == 2
    with pytest.raises(CommandError, match="đang có dữ liệu thật"):
        seed()


def test_account_takes_the_tokens_that_are_given(seeded):
    account = OfficialAccount.objects.get()
    found = (account.oa_id, account.access_token, account.refresh_token)
    assert found == (OA_ID, ACCESS_TOKEN, REFRESH_TOKEN)
