import pytest
from django.utils import timezone

from procedures.health import counts
from procedures.models import Edition
from tests.factories.procedures import days_ago, make_published, make_question


@pytest.fixture
def _no_library(db):
    Edition.objects.update(status="superseded", superseded_at=timezone.now())


@pytest.mark.usefixtures("_no_library")
def test_counts_tell_what_may_be_told_and_what_waits(commune):
    make_published()
    make_published(verified_on=days_ago(181), next_review_on=days_ago(31))
    make_published(reopened_at=timezone.now(), reopened_because="TT 1 thay đổi")
    make_question(commune)

    assert counts(timezone.localdate()) == {
        "ok": True, "published": 3, "sendable": 1, "to_review": 2, "stale": 1,
        "questions_unanswered": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("_no_library")
def test_library_that_has_gone_silent_is_not_well():
    assert counts(timezone.localdate())["ok"]
    make_published(verified_on=days_ago(181))

    assert not counts(timezone.localdate())["ok"]
