"""A breach of personal data: its 72 hours, who is told, and what it may not keep."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.services import NotAllowed
from accounts.users.roles import Role
from documents.building import build
from duty.models import Occasion
from groups.models import DataBreach
from groups.personal_data.breaches import papers
from groups.personal_data.breaches import services as breaches
from tests.duty.telling import NOON, Telling, ends, kinds
from tests.factories.accounts import make_user
from tests.factories.people import make_breach

KIND = "data_breach"
SOON = timedelta(minutes=1)


@pytest.fixture
def telling(monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        yield Telling(clock, monkeypatch)


def judged(commune, chief, *, is_harmful=True, **fields) -> DataBreach:
    row = make_breach(commune, **fields)
    return breaches.assess(row, by=chief, is_harmful=is_harmful, reason="Lộ số điện thoại.")


def tell(row, chief, **fields) -> DataBreach:
    values = {"at": timezone.now(), "how": "Cổng quốc gia.", "is_partly": False} | fields
    return breaches.tell(row, by=chief, **values)


def test_the_chief_is_told_and_the_hours_run_from_the_discovery(telling, commune, chief):
    found = timezone.now() - timedelta(hours=5)
    row = make_breach(commune, found_at=found, by=make_user(commune, Role.DUTY_OFFICER))

    occasion = Occasion.objects.get(kind=KIND)
    assert occasion.due_at == found + timedelta(hours=72)
    telling.after(3)
    assert telling.people() == {chief}
    assert "còn 67 giờ" in breaches.clock_in_words(row, NOON)


def test_one_without_harm_is_told_without_hours(commune, chief):
    row = judged(commune, chief, is_harmful=False, found_at=timezone.now() - timedelta(days=9))

    assert (kinds(row), ends(row, KIND)) == ([], ["done"])
    assert breaches.clock_in_words(row, timezone.now()) == "Không còn tính giờ"
    tell(row, chief)
    breaches.contain(row, by=chief, contained="Đã thu tệp về.")
    assert breaches.close(row, by=chief, remedy="Đã nhắc.").status == "closed"


def test_telling_after_the_hours_takes_a_reason(commune, chief):
    row = judged(commune, chief, found_at=timezone.now() - timedelta(hours=73))

    with pytest.raises(NotAllowed, match="vì sao báo muộn"):
        tell(row, chief)
    tell(row, chief, late_reason="Mất mạng hai ngày.")
    assert (row.status, kinds(row)) == ("told", [])


@pytest.mark.parametrize("flag", ["has_location", "has_biometric"])
def test_places_and_bodies_ask_for_each_person(commune, chief, flag):
    row = judged(commune, chief, **{flag: True})
    breaches.contain(row, by=chief, contained="Đã khóa.")
    tell(row, chief)
    assert kinds(row) == [KIND]
    with pytest.raises(NotAllowed, match="từng người dân"):
        breaches.close(row, by=chief, remedy="Đã khóa.")

    breaches.tell_people(row, by=chief, at=timezone.now(), how="Gặp từng nhà.")

    assert kinds(row) == []
    breaches.close(row, by=chief, remedy="Đã khóa.")


def test_a_kind_of_data_learnt_later_opens_it_again(commune, chief):
    row = judged(commune, chief)
    tell(row, chief)
    assert kinds(row) == []

    row.has_location = True
    breaches.complete_facts(row, by=chief)

    assert kinds(row) == [KIND]


def test_the_rest_has_to_follow_before_the_end(commune, chief):
    row = judged(commune, chief)
    breaches.contain(row, by=chief, contained="Đã khóa.")
    tell(row, chief, is_partly=True)
    with pytest.raises(NotAllowed, match="bổ sung"):
        breaches.close(row, by=chief, remedy="Xong.")
    breaches.tell_rest(row, by=chief)
    breaches.close(row, by=chief, remedy="Xong.")
    assert DataBreach.objects.open().count() == 0


def test_it_is_not_closed_uncontained(commune, chief):
    row = tell(judged(commune, chief), chief)
    with pytest.raises(NotAllowed, match="ngăn chặn"):
        breaches.close(row, by=chief, remedy="Xong.")


@pytest.mark.parametrize(
    "words", ["Lộ số 0900 000 123.", "TỐI MẬT: danh sách.", "Căn cước 075090000123 bị lộ."]
)
def test_it_keeps_nothing_of_residents(commune, chief, words):
    with pytest.raises(NotAllowed):
        make_breach(commune, what=words, by=chief)
    row = make_breach(commune, by=chief)
    with pytest.raises(NotAllowed):
        breaches.assess(row, by=chief, is_harmful=True, reason=words)


@pytest.mark.parametrize("hours", [-1, 1])
def test_times_lie_between_the_discovery_and_now(commune, chief, hours):
    row = judged(commune, chief, found_at=timezone.now() - SOON)
    with pytest.raises(NotAllowed, match="Ngày giờ"):
        tell(row, chief, at=timezone.now() + timedelta(hours=hours))


def test_only_who_settles_it_moves_it(commune, chief, officer_of, hamlet):
    row = make_breach(commune)
    with pytest.raises(NotAllowed):
        breaches.assess(row, by=officer_of(hamlet), is_harmful=False, reason="Không sao.")


def test_the_database_keeps_a_told_one_judged(commune):
    row = make_breach(commune)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataBreach.objects.filter(pk=row.pk).update(status="told", told_at=timezone.now())


def test_from_the_form_to_the_end_in_the_browser(client, commune, chief):
    client.force_login(chief)
    found = timezone.localtime() - timedelta(hours=2)
    client.post(
        reverse("admin:groups_databreach_add"),
        {
            "found_at_0": f"{found:%d/%m/%Y}", "found_at_1": f"{found:%H:%M:%S}",
            "source": "vendor", "what": "Đơn vị cung cấp báo lộ tệp sao lưu.",
            "has_contacts": "on",
        },
    )  # fmt: skip
    row = DataBreach.objects.get()
    page = reverse("admin:groups_databreach_change", args=[row.pk])
    assert "Đánh giá" in client.get(page).content.decode()
    now = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    for step, answer in (
        ("contain", {"contained": "Đã đổi khóa."}),
        ("assess", {"is_harmful": "co", "reason": "Có số điện thoại."}),
        ("tell", {"at": now, "how": "Cổng quốc gia."}),
        ("close", {"remedy": "Đã đổi khóa, đã nhắc đơn vị."}),
    ):
        address = reverse(f"admin:groups_databreach_{step}", args=[row.pk])
        assert client.post(address, answer).status_code == 302, step
    row.refresh_from_db()
    assert (row.status, row.closed_by) == ("closed", chief)
    assert "Đã đổi khóa, đã nhắc đơn vị." in client.get(page).content.decode()


@pytest.mark.parametrize("kind", ["bien-ban", "thong-bao"])
def test_papers_say_what_is_known_and_leave_the_rest_open(client, commune, chief, kind):
    row = judged(commune, chief, people_count=51)
    client.force_login(chief)
    shown = client.get(f"{reverse('admin:groups_databreach_changelist')}{row.pk}/{kind}/")
    text = re.sub(r"\s+", " ", shown.content.decode())
    assert "khoảng 51 người" in text
    assert "Lộ số điện thoại." in text
    taken = client.post(reverse("admin:groups_databreach_file", args=[row.pk, kind]))
    assert taken.content.startswith(b"PK")
    assert build(papers.PAPERS[kind](row)) == build(papers.PAPERS[kind](row))
