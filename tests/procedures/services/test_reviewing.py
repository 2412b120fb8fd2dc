from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from procedures.editions import services
from procedures.models import Edition
from tests.factories.procedures import content_with, days_ago, make_published, make_text

CHANGE = {"status": "replaced", "changed_on": date(2026, 11, 1), "through": "TT 5/2026"}


@pytest.fixture
def text(db):
    return make_text("TT 77/2026/TT-THU")


def citing(text, **fields):
    return make_published(content=content_with(citations=[{"text": text.number}]), **fields)


def test_changed_text_reopens_every_edition_in_use_that_cites_it(text, chief):
    first, second, other = citing(text), citing(text), make_published()

    assert services.reopen_citing(text, by=chief, **CHANGE) == 2

    for edition in (first, second, other):
        edition.refresh_from_db()
    why = "TT 77/2026/TT-THU thay đổi từ 01/11/2026 theo TT 5/2026"
    assert [first.reopened_because, second.reopened_because] == [why, why]
    assert other.reopened_at is None
    today = timezone.localdate()
    rows = Edition.objects.filter(pk__in=[first.pk, second.pk, other.pk])
    assert list(rows.sendable(today)) == [other]
    assert set(rows.to_review(today)) == {first, second}
    text.refresh_from_db()
    assert (text.status, text.changed_on) == ("replaced", date(2026, 11, 1))
    assert AuditEvent.objects.get(action="procedure.law_changed").details == {"reopened": 2}


def test_replaced_editions_and_those_reopened_already_are_left_alone(text, chief):
    old = citing(text)
    services.supersede(old, by=chief, reason="Cũ")
    first = citing(text)
    services.reopen_citing(text, by=chief, **CHANGE)

    again = services.reopen_citing(text, by=chief, **(CHANGE | {"through": "TT 6/2026"}))

    first.refresh_from_db()
    old.refresh_from_db()
    assert again == 0
    assert "TT 5/2026" in first.reopened_because
    assert old.reopened_at is None


def test_text_still_in_force_reopens_nothing(text, chief):
    citing(text)

    with pytest.raises(services.NotAllowed, match="sửa đổi hay bị thay thế"):
        services.reopen_citing(text, by=chief, status="in_force", changed_on=date(2026, 1, 1))


def test_officer_does_not_change_law(text, officer_of, hamlet):
    with pytest.raises(services.NotAllowed):
        services.reopen_citing(text, by=officer_of(hamlet), **CHANGE)


def test_verified_again_it_may_be_sent(text, chief):
    edition = citing(text, verified_on=days_ago(100))
    services.reopen_citing(text, by=chief, **CHANGE)

    services.verify(edition, by=chief, with_what="TT 5/2026", next_review_on=None)

    edition.refresh_from_db()
    assert Edition.objects.sendable(timezone.localdate()).contains(edition)
    assert (edition.verified_by, edition.verified_on) == (chief, timezone.localdate())
    assert edition.reopened_because == ""
    assert edition.events.get(kind="verified").note == "TT 5/2026"


def test_verification_from_before_the_change_does_not_close_it(text, chief):
    edition = citing(text, verified_on=days_ago(100))
    services.reopen_citing(text, by=chief, **CHANGE)

    with pytest.raises(services.NotAllowed, match="từ ngày bản được mở lại"):
        services.verify(edition, by=chief, with_what="Cổng", on=days_ago(1))
    edition.refresh_from_db()
    assert edition.reopened_at is not None


def test_stale_edition_verified_again_is_fresh(chief):
    edition = make_published(verified_on=days_ago(200))

    services.verify(edition, by=chief, with_what="Cổng", on=days_ago(3))

    edition.refresh_from_db()
    assert Edition.objects.sendable(timezone.localdate()).contains(edition)
    assert edition.next_review_on == days_ago(3) + timedelta(days=150)


def test_only_what_is_in_use_is_verified(chief):
    edition = make_published()
    services.supersede(edition, by=chief, reason="Cũ")

    with pytest.raises(services.NotAllowed, match="bản đang dùng"):
        services.verify(edition, by=chief, with_what="Cổng")


def test_verification_does_not_go_back_in_time(chief):
    edition = make_published(verified_on=days_ago(5))

    with pytest.raises(services.NotAllowed, match="trước lần kiểm chứng"):
        services.verify(edition, by=chief, with_what="Cổng", on=days_ago(6))
