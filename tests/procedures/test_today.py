from datetime import timedelta

from django.utils import timezone

from accounts.retention import purge_expired
from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role
from procedures.editions import services
from procedures.models import Edition, Question
from tests.factories.accounts import make_user
from tests.factories.procedures import days_ago, make_edition, make_published, make_question


def titles(user, now=None):
    shown = {found.title: found for found in lists_for(user, now or timezone.localtime())}
    return {title: found for title, found in shown.items() if title.startswith("Thủ tục")}


def test_review_list_shows_reopened_first_then_stale_then_due(chief):
    Edition.objects.update(status="superseded", superseded_at=timezone.now())
    due = make_published(next_review_on=days_ago(0))
    stale = make_published(verified_on=days_ago(181), next_review_on=days_ago(31))
    reopened = make_published(reopened_at=timezone.now(), reopened_because="TT 1 thay đổi")
    make_published()

    found = titles(chief)["Thủ tục cần rà soát"]

    assert found.count == 3
    assert [item.title for item in found.items] == [
        row.procedure.name for row in (reopened, stale, due)
    ]
    assert [item.is_urgent for item in found.items] == [True, True, False]
    assert "TT 1 thay đổi. Máy không gửi." in found.items[0].note


def test_lists_are_not_shown_to_those_who_only_read(commune, chief):
    make_published(verified_on=days_ago(200))
    draft = make_edition()
    services.check(draft, by=chief, with_what="Cổng", confidence="high")

    for role in (Role.OFFICER, Role.DUTY_OFFICER, Role.HAMLET_HEAD, Role.TECH_ADMIN):
        assert titles(make_user(commune, role)) == {}


def test_checked_editions_wait_for_their_publication(chief):
    draft = make_edition()
    assert "Thủ tục chờ công bố" not in titles(chief)
    services.check(draft, by=chief, with_what="Cổng", confidence="high")

    found = titles(chief)["Thủ tục chờ công bố"]

    assert (found.count, found.items[0].title) == (1, str(draft))


def test_questions_are_kept_a_year(commune):
    today = timezone.localdate()
    old = make_question(commune, asked_on=today - timedelta(days=366))
    kept = make_question(commune, asked_on=today - timedelta(days=365))

    assert purge_expired(dry_run=True)["questions"] == 1
    assert purge_expired()["questions"] == 1
    assert list(Question.objects.values_list("pk", flat=True)) == [kept.pk]
    assert old.pk != kept.pk
