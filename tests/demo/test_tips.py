"""The tips of the demo: every state and door, terms that fit, a receipt that opens one, no mark."""

from collections import Counter
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.demo_codes import ACCOUNTS, code_of
from accounts.models import AuditEvent, User
from reports.demo.samples import RECEIPT, TIPS
from reports.models import (
    IdentityOpening,
    Referral,
    Reporter,
    TipClock,
    TipConflict,
    TipEvent,
    TipMessage,
    TipReport,
)
from reports.public.services import tip_of_receipt
from reports.tips import receipts
from reports.vault import operations
from tests.demo.conftest import seed
from tests.vaults import look, signed_in


def test_every_state_and_nearly_every_door_is_there(seeded):
    states = Counter(TipReport.objects.values_list("status", flat=True))

    assert set(states) == set(TipReport.Status.values)
    assert sum(states.values()) == len(TIPS)
    assert set(TipReport.objects.values_list("channel", flat=True)) == set(TipReport.Channel.values)
    ends = set(TipReport.objects.values_list("disposition", flat=True))
    assert ends == set(TipReport.Disposition.values)


def test_what_hangs_on_tips_is_there(seeded):
    assert set(IdentityOpening.objects.values_list("state", flat=True)) == {"asked", "ended"}
    assert set(Referral.objects.values_list("state", flat=True)) == {"accepted", "handed_over"}
    assert TipReport.objects.filter(has_unread=True).count() == 2
    assert TipConflict.objects.get().user.username == "canbo.diaban4"
    assert TipMessage.objects.filter(direction="in").exists()
    assert TipReport.objects.overdue(timezone.now()).count() >= 1


def test_codes_of_the_demo_lead_from_the_request_to_the_reporter(seeded):
    opening = IdentityOpening.objects.get(state="asked")
    chief, now = User.objects.get(username="truong.congan"), timezone.now().timestamp()
    with signed_in(chief):
        operations.approve_opening(opening, code=code_of(chief.username, now))
    with signed_in(opening.asked_by):
        found = operations.identity_of(opening.tip, code=code_of(opening.asked_by.username, now))

    assert opening.asked_by.username in ACCOUNTS
    assert found.name == look(Reporter._base_manager.get(tip=opening.tip)).name


def test_rows_and_terms_are_as_the_services_leave_them(seeded):
    now = timezone.now()
    for tip in TipReport.objects.all():
        tip.full_clean(exclude=["receipt_hash"])
        at = [event.at for event in tip.events.order_by("pk")]
        assert at == sorted(at), tip.code
        assert max(at) <= now
        assert tip.received_at.minute % 15 == 0
        nearest = tip.clocks.open().binding().order_by("due_at").first()
        assert tip.next_due_at == (nearest.due_at if nearest else None), tip.code
    assert set(TipClock.objects.values_list("state", flat=True)) >= {"running", "met"}


def test_what_reporters_did_has_times_of_a_quarter_and_no_trail(seeded):
    theirs = [*TipMessage.objects.filter(direction="in"), *TipEvent.objects.filter(by=None)]

    assert {row.at.minute % 15 for row in theirs} == {0}
    assert {row.at.second for row in theirs} == {0}
    assert not AuditEvent.objects.filter(action__in=["tip.received", "tip.heard_more"]).exists()


def test_phones_are_recognisably_made_up(seeded):
    known = [look(row) for row in Reporter._base_manager.all()]
    phones = [row.phone for row in known if row.phone]

    assert phones
    assert all(phone.startswith("0900 002 9") for phone in phones)


def test_the_printed_receipt_opens_a_tip(seeded):
    tip = tip_of_receipt(RECEIPT)

    assert tip is not None
    assert tip.status == TipReport.Status.TOLD
    answer = Client().post("/phan-anh/tra-cuu/", {"ma": RECEIPT})
    assert answer.status_code == 200


def test_command_says_the_receipt_each_time(seeded):
    for output in (seeded, seed("--force")):
        assert " ".join(receipts.blocks(RECEIPT)) in output


def test_oldest_closed_tip_is_about_to_be_forgotten(seeded):
    oldest = TipReport.objects.order_by("received_at").first()

    assert oldest.closed_at > timezone.now() - timedelta(days=365)
    assert oldest.closed_at < timezone.now() - timedelta(days=335)
