"""The reporter goes after a year, the words after five, nothing unread or retained."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.retention import purge_expired
from reports import intake
from reports.models import TipEvent, TipMessage, TipReport
from reports.vault import retention
from tests.factories.tips import make_tip
from tests.vaults import opened, reporter_of

pytestmark = pytest.mark.django_db
PERSON = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123", zalo_user_id="7001")


def closed(days: int, **fields) -> TipReport:
    at = timezone.now() - timedelta(days=days)
    ended = {"status": "closed", "disposition": "guided", "closed_at": at}
    with opened():
        return make_tip(person=PERSON, **{"summary": "Có trộm.", **ended, **fields})


def vault(tip: TipReport) -> str:
    return str(reporter_of(tip).name)


def test_the_teller_goes_a_year_after_the_end_and_the_words_stay():
    tip, young = closed(366), closed(364)
    index = reporter_of(tip).zalo_index

    purge_expired()

    tip.refresh_from_db()
    assert (vault(tip), vault(young)) == ("", "Nguyễn Thị Mẫu")
    assert reporter_of(tip).zalo_index != index
    assert tip.summary == "Có trộm."
    assert tip.emptied_at is None


def test_a_vault_is_emptied_once_and_the_trail_says_so():
    tip = closed(400)

    counts = [purge_expired()["tip_identities"] for _night in range(2)]

    assert counts == [1, 0]
    assert tip.events.filter(kind=TipEvent.Kind.EMPTIED).count() == 1
    assert AuditEvent.objects.filter(action="tip.emptied").count() == 1


def test_after_five_years_the_row_alone_is_left():
    tip = closed(5 * 365 + 1)
    TipMessage.objects.create(tip=tip, direction="in", via="receipt", text="Thêm")
    tip.events.create(kind=TipEvent.Kind.NOTED, note="Đã tới nơi.")

    purge_expired()

    tip.refresh_from_db()
    assert (tip.summary, tip.status, tip.disposition) == ("", "closed", "guided")
    assert tip.emptied_at is not None
    assert not tip.messages.exists()
    assert not tip.sealed_texts.exists()
    assert [event.note for event in tip.events.all()] == ["", "", "", ""]


@pytest.mark.parametrize("kept", [{"has_unread": True}, {"is_held": True}])
def test_nothing_goes_that_is_unread_or_held(kept):
    tip = closed(5 * 365 + 1, **kept)

    counts = purge_expired()

    assert (counts["tip_identities"], counts["tip_words"]) == (0, 0)
    assert vault(tip) == "Nguyễn Thị Mẫu"


def test_tips_of_one_matter_wait_for_the_last():
    main = closed(2000)
    early = closed(2000, commune=main.commune, disposition="duplicate", duplicate_of=main)
    late = closed(10, commune=main.commune, disposition="duplicate", duplicate_of=main)

    purge_expired()

    assert {vault(tip) for tip in (main, early, late)} == {"Nguyễn Thị Mẫu"}


def test_a_dry_run_counts_and_changes_nothing():
    tip = closed(400)

    counts = purge_expired(dry_run=True)

    assert counts["tip_identities"] == 1
    assert vault(tip) == "Nguyễn Thị Mẫu"


def test_what_is_written_while_the_rule_runs_stays():
    tip = closed(400)
    expired = retention.old_identities()
    TipReport.objects.filter(pk=tip.pk).update(has_unread=True)

    done = retention.forget_identities(TipReport.objects.filter(pk__in=[tip.pk]))

    assert done == 0
    assert not expired.exists()
    assert vault(tip) == "Nguyễn Thị Mẫu"


def test_who_goes_soon_is_known_before():
    tip = closed(365 - 6)

    now = timezone.now()

    assert list(retention.identities_to_go(now, 7)) == [tip]
    assert not retention.identities_to_go(now, 1).exists()
