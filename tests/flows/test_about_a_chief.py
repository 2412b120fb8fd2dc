"""A chief whom tips are about reads the same pages as if these tips had never come."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.papers.services import Issuer
from groups.hamlet_changes import services as hamlet_changes
from groups.handovers import services as handovers
from oversight.figures.scopes import whole_commune
from oversight.periods import Period
from oversight.review import services as review_services
from oversight.summaries import services as summaries
from reports.models import Referral, TipReport
from reports.triage import referrals
from reports.triage import services as triage_services
from reports.vault import conflicts, openings
from reports.work import closing
from reports.work import services as work
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_profile
from tests.factories.groups import make_hamlet
from tests.factories.proofs import approve
from tests.factories.tips import make_tip, make_worked
from tests.flows.leaks.hunts import _CHANGING
from tests.groups.test_hamlet_changes import make_change, result
from tests.groups.test_handovers import offered
from tests.vaults import opened

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300), pytest.mark.flow]
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
SPAN = Period(date(2026, 11, 1), date(2026, 11, 26))
DAYS = {"tu": SPAN.first.isoformat(), "den": "2026-11-30"}
LISTS = (
    "tips",
    "tips_by_kind",
    "tips_by_outcome",
    "tip_clocks",
    "transfers",
    "tip_days",
    "tip_measures",
)
ENDS = ("", "referred", "closed", "diverted", "handed over")
_ROW_OF_TRAIL = re.compile(rb"/auditevent/\d+/")  # O29 of the threat model


def number_from(value: int) -> None:
    """The next rows get the same numbers in both worlds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s) "
            "FROM pg_sequences WHERE schemaname = 'public'",
            [value],
        )


def work_on(tip: TipReport, officer: Any, deputy: Any, end: str) -> None:
    """From the first look to its end, by those who may know of it."""
    triage_services.sort(
        tip, by=deputy, kind="denunciation_of_crime", category="toi-pham", is_grave=True,
        hamlet=tip.hamlet,
    )  # fmt: skip
    triage_services.summarise(tip, by=deputy, summary="Việc của chỉ huy.")
    work.assign(tip, to=officer, by=deputy)
    work.start(tip, by=officer)
    asked = openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra.")
    approve(asked, by=deputy)
    with opened():
        openings.open_identity(tip, by=officer)
    match end:
        case "referred":
            referrals.refer(
                tip, by=officer, to=Referral.To.INVESTIGATING_AGENCY, to_whom="CQĐT",
                slip_number="9/PC", slip_on=timezone.localdate(),
            )  # fmt: skip
        case "closed":
            closing.resolve(
                tip,
                by=officer,
                disposition="handled_here",
                measure="reminded",
                outcome="Đã nhắc nhở.",
            )
            closing.tell(tip, by=officer, spoken=True)
            closing.close(tip, by=deputy)
        case "diverted":
            with opened():
                triage_services.divert(tip, by=officer, kind="denunciation")
        case "handed over":
            with opened():
                triage_services.hand_over_secretly(tip, by=officer)


def act(deputy: Any, officer: Any, taker: Any, hamlets: list[Any]) -> list[str]:
    """Do with all tips everything that others do later; return the pages that tell of it."""
    client = signed_in(deputy)
    client.get(reverse("admin:reports_tipreport_register"), DAYS)
    client.post(reverse("admin:reports_tipreport_register_file"), DAYS)
    for key in LISTS:
        client.get(reverse("admin:oversight_list", args=[key]), DAYS)
    handover = offered(officer, taker, hamlets[:1])
    handovers.accept(handover, by=taker)
    change = make_change("merge", hamlets, [result("Mới", "AP801", 900)], deputy)
    hamlet_changes.rehearse(change, by=deputy)
    hamlet_changes.carry_out(change, by=deputy)
    scope = whole_commune(deputy.commune, reader=deputy)
    drafted = summaries.draft(scope, SPAN, issuer=Issuer.POLICE, by=deputy, as_of=timezone.now())
    summary = summaries.sign(drafted, by=deputy)
    review = review_services.freeze(
        review_services.open_review(deputy.commune, SPAN, by=deputy), by=deputy
    )
    return [
        reverse("admin:groups_handover_show", args=[handover.pk]),
        reverse("admin:groups_hamletchange_change", args=[change.pk]),
        reverse("admin:oversight_periodsummary_show", args=[summary.pk]),
        reverse("admin:oversight_yearlyreview_show", args=[review.pk]),
    ]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=MODEL_BACKEND)
    return client


def pages_of(chief: Any, shown: list[str]) -> dict[str, bytes]:
    client, found = signed_in(chief), {}
    days = f"?tu={DAYS['tu']}&den={DAYS['den']}"
    tips = reverse("admin:reports_tipreport_changelist")
    trail = reverse("admin:accounts_auditevent_changelist")
    for address in (
        reverse("admin:index"), tips, f"{tips}?viec=da-dong", f"{trail}?all=", f"{trail}?loai=tip",
        reverse("admin:reports_diversion_changelist"),
        reverse("admin:reports_identityopening_changelist"),
        reverse("admin:oversight_figures") + days, reverse("admin:oversight_police") + days,
        reverse("admin:oversight_duty"), reverse("admin:reports_tipreport_register") + days,
        *(reverse("admin:oversight_list", args=[key]) + days for key in LISTS), *shown,
    ):  # fmt: skip
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        found[address] = _steady(answer.content)
    for place, event in enumerate(AuditEvent.objects.visible_to(chief).order_by("pk")):
        page = client.get(reverse("admin:accounts_auditevent_change", args=[event.pk]))
        found[f"event {place}, {event.action}"] = _steady(page.content)
    return found


def _steady(page: bytes) -> bytes:
    return _ROW_OF_TRAIL.sub(b"", _CHANGING.sub(b"", page))


def test_the_one_whom_tips_are_about_reads_no_page_that_tells_of_them(
    commune, hamlet, other_hamlet, chief, deputy_chief, officer_of
):
    make_profile(commune)
    officer, taker = officer_of(hamlet), officer_of(make_hamlet(commune))

    def world(*, is_told: bool) -> dict[str, bytes]:
        with transaction.atomic(), time_machine.travel(NOW, tick=False):
            number_from(500_000)
            with time_machine.travel(NOW - timedelta(days=20), tick=False):
                for _number in range(3):
                    make_tip(hamlet=hamlet)
                    make_worked(officer, hamlet=hamlet)
                for end in ENDS if is_told else ():
                    tip = make_tip(hamlet=hamlet)
                    with opened():  # asked inside the transaction of this world
                        conflicts.add(tip, user=chief, by=deputy_chief)
                    work_on(tip, officer, deputy_chief, end)
            number_from(1_000_000)
            found = pages_of(chief, act(deputy_chief, officer, taker, [hamlet, other_hamlet]))
            transaction.set_rollback(True)
        for row in (hamlet, other_hamlet):
            row.refresh_from_db()
        return found

    without, told = world(is_told=False), world(is_told=True)

    assert [address for address, page in without.items() if page != told[address]] == []
    assert len(without) == len(told) > 20
