"""Half-typed texts about tips: sealed, opened for their writer alone, gone in time."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.form_drafts.models import FormDraft
from accounts.models import Alarm, AuditEvent, User
from accounts.retention import purge_expired
from accounts.services import lock
from accounts.users.roles import Role
from accounts.vault import guard, sealing
from accounts.vault.errors import VaultOnly
from groups.models import HamletAssignment
from reports import tasks
from reports.models import TipConflict, TipDraft, TipReport
from reports.triage import services as triage
from reports.vault import drafts
from tests.factories.accounts import make_user
from tests.factories.tips import make_worked
from tests.vaults import opened, outside, with_token

pytestmark = pytest.mark.django_db

WORDS = "Tối nào cũng có đánh bạc sau quán nước Cô Ba."
FIELDS = [["words", WORDS], ["place", "Quán Cô Ba"]]
RECORD = "admin:reports_tipreport_record"


@pytest.fixture
def officer(officer_of: Any, hamlet: Any) -> User:
    made: User = officer_of(hamlet)
    return made


@pytest.fixture
def tip(officer: User, hamlet: Any) -> TipReport:
    return make_worked(officer, hamlet=hamlet)


@pytest.fixture
def browser_of(login: Any) -> Any:
    return lambda user: with_token(login(user))


def summary_of(tip: TipReport) -> str:
    return reverse("admin:reports_tipreport_summary", args=[tip.pk])


def save(client: Client, user: User, address: str = "", fields: Any = FIELDS, **sent: Any) -> Any:
    data = {
        "account": user.pk, "address": address or reverse(RECORD), "number": str(uuid4()),
        "fields": json.dumps(fields), **sent,
    }  # fmt: skip
    return client.post(reverse("admin:form_draft_drafts"), data).json()


def offered(client: Client, address: str = "") -> Any:
    address = address or reverse(RECORD)
    answer = client.get(reverse("admin:form_draft_drafts"), {"form": address})
    assert "no-store" in answer["Cache-Control"]
    return answer.json()["drafts"][address]


def go_on(client: Client, number: str) -> Any:
    answer = client.post(reverse("admin:form_draft_open"), {"number": number})
    assert "no-store" in answer["Cache-Control"]
    return answer.json()


# It comes back to its writer.


def test_a_half_typed_tip_comes_back_in_another_browser(officer, browser_of):
    number = save(browser_of(officer), officer)["number"]

    other = browser_of(officer)
    (draft,) = offered(other)

    assert draft == {"number": number, "at": f"{timezone.localtime():%H:%M}"}
    assert go_on(other, number) == {"state": "opened", "fields": FIELDS}
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize(
    ("name", "more"),
    [(name, ["ghi-viec"] if name == "step" else []) for name in drafts.OF_WORK],
)
def test_texts_of_work_come_back_on_their_form(officer, tip, browser_of, name, more):
    client = browser_of(officer)
    address = reverse(f"admin:reports_tipreport_{name}", args=[tip.pk, *more])

    number = save(client, officer, address)["number"]

    assert [draft["number"] for draft in offered(client, address)] == [number]
    assert go_on(client, number)["fields"] == FIELDS
    assert TipDraft.objects.get().tip_id == tip.pk


def test_a_hamlet_head_goes_on_with_what_is_not_sent_and_reads_nothing_else(
    hamlet_head_of, hamlet, officer, tip, browser_of
):
    head = hamlet_head_of(hamlet)
    client, address = browser_of(head), reverse("admin:reports_tipreport_relay")

    number = save(client, head, address)["number"]

    assert go_on(client, number)["fields"] == FIELDS
    assert save(client, head)["state"] == "shut"
    assert save(client, head, summary_of(tip))["state"] == "shut"


@pytest.mark.parametrize("name", ["record", "capture"])
def test_pages_of_entry_load_the_script_and_name_what_is_left_out(officer, browser_of, name):
    page = browser_of(officer).get(reverse(f"admin:reports_tipreport_{name}"))

    assert "accounts/drafts.js" in page.content.decode()
    assert 'data-left-out="how_known name phone why_unnamed"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_pages_of_work_load_the_script_and_the_list_does_not(officer, tip, browser_of):
    client = browser_of(officer)
    for name, is_loaded in (("summary", True), ("show", True), ("trail", False)):
        page = client.get(reverse(f"admin:reports_tipreport_{name}", args=[tip.pk]))
        assert ("accounts/drafts.js" in page.content.decode()) == is_loaded, name
        assert "no-store" in page["Cache-Control"]
    page = client.get(reverse("admin:reports_tipreport_changelist"))
    assert "accounts/drafts.js" not in page.content.decode()


def test_the_public_form_loads_no_script_and_keeps_nothing(commune, client):
    page = client.get(reverse("tip_form", args=[commune.code]), follow=True)

    assert page.status_code == 200
    assert "drafts.js" not in page.content.decode()
    assert not TipDraft.objects.exists()


# As it lies there.


def test_it_lies_sealed_to_the_vault_at_a_length_that_tells_little(officer, tip, browser_of):
    client = browser_of(officer)
    save(client, officer, summary_of(tip), [["summary", "Ngắn"]])
    save(client, officer, summary_of(tip), [["summary", WORDS * 3]])

    with connection.cursor() as cursor:
        cursor.execute("SELECT fields FROM reports_tipdraft")
        short, long = (row[0] for row in cursor.fetchall())
    assert sealing.is_sealed_here(short)
    assert len(short) == len(long)
    with outside(), pytest.raises(VaultOnly):
        _ = TipDraft.objects.first().fields


def test_who_the_reporter_is_is_no_part_of_it(officer, browser_of):
    client = browser_of(officer)
    person = [["name", "Nguyễn Thị Mẫu"], ["phone", "0900000123"], ["how_known", "Ở cạnh"]]

    number = save(client, officer, fields=[*FIELDS, *person])["number"]

    assert go_on(client, number)["fields"] == FIELDS


@pytest.mark.parametrize("column", ["account", "tip", "address"])
def test_hung_elsewhere_it_does_not_open(officer, chief, tip, hamlet, browser_of, column):
    number = save(browser_of(chief), chief, summary_of(tip))["number"]
    other = make_worked(officer, hamlet=hamlet)
    changed = {
        "account": {"account": officer},
        "tip": {"tip": other, "address": summary_of(other)},
        "address": {"address": reverse("admin:reports_tipreport_talk", args=[tip.pk])},
    }[column]
    TipDraft.objects.update(**changed)

    answer = go_on(browser_of(TipDraft.objects.get().account), number)

    assert (answer["state"], WORDS in str(answer)) == ("refused", False)


def test_neither_trail_nor_log_has_a_word_of_it(officer, tip, browser_of, settings, tmp_path):
    settings.VAULT_LOG = str(tmp_path / "vault.log")
    client = browser_of(officer)
    number = save(client, officer, summary_of(tip))["number"]
    (tmp_path / "vault.log").touch()
    assert (tmp_path / "vault.log").read_text() == ""  # neither saving nor offering is a line

    go_on(client, number)

    lines = [json.loads(line) for line in (tmp_path / "vault.log").read_text().splitlines()]
    assert [(one["operation"], one["outcome"]) for one in lines] == [
        (drafts.OPEN, "begun"), (drafts.OPEN, "answered"),
    ]  # fmt: skip
    assert (lines[-1]["account"], lines[-1]["subject"]) == (officer.pk, number)
    assert lines[-1]["tips"] == [tip.pk]
    assert "bạc" not in str(lines) + str(list(AuditEvent.objects.values()))


# What is not kept.


def test_a_mark_of_secrecy_leaves_nothing_and_takes_away_what_was_saved(officer, browser_of):
    client, number = browser_of(officer), str(uuid4())
    save(client, officer, number=number)

    answer = save(client, officer, fields=[["words", "TỐI MẬT\nKế hoạch"]], number=number)

    assert answer == {"state": "marked"}
    assert not TipDraft.objects.exists()


def test_a_mark_beside_the_words_counts_too(officer, browser_of):
    answer = save(browser_of(officer), officer, fields=[*FIELDS, ["name", "TUYỆT MẬT"]])

    assert answer == {"state": "marked"}
    assert not TipDraft.objects.exists()


def test_words_of_who_told_it_are_kept_here(officer, browser_of):
    fields = [["words", "Theo bà Sáu báo tin thì tối nào cũng tụ tập."]]

    assert save(browser_of(officer), officer, fields=fields)["state"] == "saved"


def test_while_the_vault_is_away_nothing_is_kept_and_nothing_breaks(
    officer, browser_of, settings, tmp_path
):
    client = browser_of(officer)
    number = save(client, officer)["number"]
    settings.VAULT_SOCKET = str(tmp_path / "none.sock")

    assert save(client, officer) == {"state": "away"}
    assert client.get(reverse(RECORD)).status_code == 200
    assert [draft["number"] for draft in offered(client)] == [number]
    answer = go_on(client, number)
    assert answer["state"] == "refused"
    assert answer["words"].startswith("Kho niêm phong chưa trả lời")
    assert TipDraft.objects.count() == 1


# It goes.


def test_it_goes_with_the_tip_that_is_recorded(officer, hamlet, browser_of):
    client, number = browser_of(officer), str(uuid4())
    save(client, officer, number=number)
    form = {"once": "x" * 22, "urgency": "normal", "words": "", "channel": "phone"}

    client.post(reverse(RECORD), {**form, "form-draft": number})
    assert TipDraft.objects.exists()  # refused
    done = client.post(reverse(RECORD), {**form, "words": WORDS, "form-draft": number})

    assert "Đã ghi" in done.content.decode()
    assert TipReport.objects.exists()
    assert not TipDraft.objects.exists()
    assert save(client, officer, number=number) == {"state": "never"}  # under way meanwhile


def test_it_goes_with_the_summary_that_the_vault_takes(officer, tip, browser_of):
    client = browser_of(officer)
    number = save(client, officer, summary_of(tip))["number"]

    done = client.post(summary_of(tip), {"summary": "Đánh bạc ở quán.", "form-draft": number})

    assert done.status_code == 302
    assert not TipDraft.objects.exists()


def test_it_goes_with_what_a_hamlet_head_passes_on(hamlet_head_of, hamlet, browser_of):
    head = hamlet_head_of(hamlet)
    client, address = browser_of(head), reverse("admin:reports_tipreport_relay")
    number = save(client, head, address)["number"]

    client.post(
        address,
        {"once": "y" * 22, "urgency": "normal", "words": WORDS, "hamlet": hamlet.pk,
         "form-draft": number},
    )  # fmt: skip

    assert TipReport.objects.exists()
    assert not TipDraft.objects.exists()


def test_bỏ_drops_it_and_nobody_elses(officer, chief, browser_of):
    number = save(browser_of(officer), officer)["number"]

    browser_of(chief).post(reverse("admin:form_draft_drop"), {"number": number})
    assert TipDraft.objects.exists()
    browser_of(officer).post(reverse("admin:form_draft_drop"), {"number": number})

    assert not TipDraft.objects.exists()


def test_it_goes_after_seven_days(officer, browser_of):
    save(browser_of(officer), officer)

    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        purge_expired()
        assert TipDraft.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        purge_expired()
    assert not TipDraft.objects.exists()


def test_it_goes_with_the_account(officer, chief, browser_of, superuser):
    save(browser_of(officer), officer)
    save(browser_of(chief), chief)

    lock(officer, by=superuser)

    assert [draft.account for draft in TipDraft.objects.all()] == [chief]


def lose_hamlet(officer: User, tip: TipReport) -> None:
    HamletAssignment.objects.filter(officer__user=officer).delete()
    TipReport.objects.filter(pk=tip.pk).update(owner=make_user(tip.commune, Role.OFFICER))


def lose_right(officer: User, tip: TipReport) -> None:
    officer.groups.clear()


def end(officer: User, tip: TipReport) -> None:
    User.objects.filter(pk=officer.pk).update(is_active=False)


@pytest.mark.parametrize("loss", [lose_hamlet, lose_right, end])
def test_it_goes_within_minutes_once_its_account_may_not_use_the_form(
    officer, chief, tip, browser_of, loss
):
    save(browser_of(officer), officer, summary_of(tip))
    save(browser_of(chief), chief, summary_of(tip))

    loss(officer, tip)
    tasks.drop_lost_drafts()

    assert [draft.account for draft in TipDraft.objects.all()] == [chief]


def test_until_then_it_is_offered_to_nobody(officer, tip, browser_of):
    client = browser_of(officer)
    number = save(client, officer, summary_of(tip))["number"]
    lose_hamlet(officer, tip)

    assert go_on(client, number)["state"] == "refused"
    assert offered(client, summary_of(tip)) == []
    assert not TipDraft.objects.exists()
    assert not Alarm.objects.exists()


def test_it_goes_at_once_with_the_bar(officer, chief, tip, browser_of):
    from reports.vault import conflicts  # noqa: PLC0415 -- beside its use

    save(browser_of(officer), officer, summary_of(tip))

    with opened():
        conflicts.shut_out(tip, officer, by=chief)

    assert TipConflict.objects.filter(user=officer).exists()
    assert not TipDraft.objects.exists()


def test_it_goes_with_what_a_tip_holds(officer, chief, tip, browser_of):
    save(browser_of(officer), officer, summary_of(tip))

    with opened():
        triage.divert(tip, by=chief, kind="denunciation")

    assert not TipDraft.objects.exists()


# Limits.


def test_opening_counts_as_its_tip_and_the_hour_ends_it(officer, tip, browser_of, settings):
    settings.VAULT_TIPS_AN_HOUR = 1
    client = browser_of(officer)
    of_tip = save(client, officer, summary_of(tip))["number"]
    of_none = save(client, officer)["number"]

    assert go_on(client, of_tip)["state"] == "opened"
    assert go_on(client, of_tip)["state"] == "opened"  # the same tip counts once
    assert client.get(summary_of(tip)).status_code == 200
    refused = go_on(client, of_none)

    assert refused["state"] == "refused"
    assert "trong một giờ" in refused["words"]
    assert "vault_limit" in set(Alarm.objects.values_list("kind", flat=True))
    assert guard.tips.room(officer.pk, (), most=1) == 0


def test_each_role_keeps_what_its_page_lets_it_type(commune, browser_of):
    """Roles that write tips down, and no other."""
    keep = {
        role
        for role in Role
        if save(browser_of(user := make_user(commune, role)), user)["state"] == "saved"
    }

    assert keep == {Role.CHIEF, Role.OFFICER, Role.DUTY_OFFICER}
