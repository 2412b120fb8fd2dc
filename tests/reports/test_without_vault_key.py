"""Without the vault's public key nothing of tips is taken in, and pages say why."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.vault import resealing, sealing
from accounts.vault.errors import NoVaultKey
from reports import intake
from reports.chat import sending
from reports.models import ChatReply, TipMessage, TipReport
from reports.vault import retention as vault_retention
from reports.vault.services import empty_vault
from reports.work import services as work
from tests.factories.tips import make_tip, make_worked
from tests.factories.zalo import make_official_account
from tests.reports.public.test_answers import looked_up
from tests.reports.public.walking import Walk
from tests.reports.test_entry_pages import RECORD, login, send, values
from tests.vaults import opened, reporter_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_key(settings):
    settings.VAULT_PUBLIC_KEYS = {}


@contextmanager
def key_of_before(settings):
    """The key that the installation had once, for a while."""
    settings.VAULT_PUBLIC_KEYS = {"v2": sealing.public_part(settings.VAULT_KEYS["v2"])}
    yield
    settings.VAULT_PUBLIC_KEYS = {}


def lost_reply(commune, settings):
    """A reply whose sender ended before Zalo answered."""
    hour_ago = timezone.now() - timedelta(hours=1)
    with key_of_before(settings):
        return ChatReply.objects.create(
            account=make_official_account(commune), kind="greeting", zalo_user_id="7001",
            heard_at=hour_ago, next_attempt_at=hour_ago, state="sending",
        )  # fmt: skip


def columns(table):
    """The sealed columns as a dump has them."""
    names = {"reports_chatreply": "zalo_user_id", "reports_reporter": "name, phone, zalo_user_id"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names[table]} FROM {table}")  # noqa: S608 -- names of ours
        return cursor.fetchall()


def test_no_way_in_takes_a_tip(commune):
    with pytest.raises(NoVaultKey, match="chưa ghi được phản ánh nào"):
        make_tip(commune)

    assert not TipReport.objects.exists()


def test_the_form_for_residents_says_so_and_keeps_nothing(commune):
    address = reverse("tip_form", args=[commune.code])
    client = Client()

    for page in (client.get(address), client.post(address, {"step": "words", "words": "Có trộm"})):
        text = page.content.decode()
        assert "chưa nhận phản ánh" in text
        assert "Có trộm" not in text
    assert not TipReport.objects.exists()


def test_a_form_that_was_begun_before_is_not_sent(commune, settings):
    with key_of_before(settings):
        walk = Walk(commune)
        walk.to_check(words="Có trộm chó")
    walk.press("go", "send")

    assert "chưa nhận phản ánh" in walk.html
    assert not TipReport.objects.exists()


def test_an_officer_who_writes_a_call_down_is_told_what_to_do(duty_officer, hamlet):
    client = login(duty_officer)
    given = values(client, RECORD, channel="phone", hamlet=hamlet.pk)
    page = send(client, RECORD, given).content.decode()

    assert "Hãy ghi ra giấy và báo quản trị kỹ thuật" in page
    assert not TipReport.objects.exists()


def test_a_reporter_is_wiped_all_the_same(commune, settings):
    with key_of_before(settings):
        tip = make_tip(commune, person=intake.Person(name="Lê Thị Mẫu", phone="0900000111"))

    with opened():
        empty_vault(tip)
    assert columns("reports_reporter") == [("", "", "")]

    with key_of_before(settings):
        dict(resealing.seal_anew())
    assert {value[:6] for row in columns("reports_reporter") for value in row} == {"v2:v2:"}
    assert (reporter_of(tip).name, reporter_of(tip).phone) == ("", "")


def test_old_reporters_go_by_rule(commune, settings):
    with key_of_before(settings):
        tip = make_tip(commune, person=intake.Person(name="Lê Thị Mẫu"))
    years_ago = timezone.now() - timedelta(days=2 * 365)
    tip_rows = TipReport.objects.filter(pk=tip.pk)
    tip_rows.update(
        status="closed", disposition="handled_here", closed_at=years_ago, has_unread=False
    )

    assert vault_retention.forget_identities(vault_retention.old_identities()) == 1

    assert columns("reports_reporter") == [("", "", "")]


@pytest.mark.django_db(transaction=True)
def test_a_lost_reply_is_settled_and_forgets_its_person(commune, settings):
    lost_reply(commune, settings)

    sending.Replies().sweep()

    assert ChatReply.objects.get().state == "uncertain"
    assert columns("reports_chatreply") == [("",)]


@pytest.mark.django_db(transaction=True)
def test_a_lost_row_that_breaks_holds_up_no_other(commune, settings, monkeypatch):
    first = lost_reply(commune, settings)
    with key_of_before(settings):
        first.pk, first.uuid = None, uuid4()
        first.save(force_insert=True)
    real, broken = sending.Replies.record, ChatReply.objects.order_by("pk")[0].pk

    def record(self, claimed, row, outcome):
        if row.pk == broken:
            raise ZeroDivisionError
        real(self, claimed, row, outcome)

    monkeypatch.setattr(sending.Replies, "record", record)

    sending.Replies().drain()

    states = ChatReply.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["sending", "uncertain"]


def test_later_words_are_refused_and_stay_on_the_page(commune, settings):
    with key_of_before(settings):
        tip = make_tip(commune)
        walk = looked_up(tip)
    walk.press("viec", "noi-them", loi="Tối nay lại có")

    assert "Lúc này trang chưa nhận thêm được lời" in walk.html
    assert "Tối nay lại có" in walk.html
    assert not TipMessage.objects.exists()


def test_what_an_officer_writes_into_a_tip_is_refused_with_a_sentence(commune, chief, settings):
    with key_of_before(settings):
        tip = make_worked(chief)

    with pytest.raises(NoVaultKey, match="báo quản trị kỹ thuật"):
        work.add_note(tip, by=chief, text="Đã tới xem.")
