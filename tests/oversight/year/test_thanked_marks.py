"""A reporter is thanked once, also when no link leads to the token any more."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.retention import purge_expired
from accounts.services import NotAllowed
from oversight.commendations import informants
from oversight.commendations import services as commendations
from oversight.models import Achievement, Commendation, InformantLink, ThankedMark
from oversight.review import retention
from reports.models import TipReport
from reports.vault.retention import forget_identities
from tests.factories.tips import make_opening, make_tip
from tests.factories.year import make_form, make_review
from tests.oversight.year.stepping import DAY, voted
from tests.vaults import outside

pytestmark = pytest.mark.usefixtures("as_vault")


def opened(commune: Any, chief: Any, other: Any) -> TipReport:
    """A tip of two years ago whose identity the chief has open now."""
    now = timezone.now()
    tip = make_tip(commune, received_at=now - timedelta(days=2 * 365))
    make_opening(
        tip, chief, state="approved", approved_by=other, decided_at=now,
        until=now + timedelta(hours=24),
    )  # fmt: skip
    return tip


@pytest.fixture
def opened_tip(commune: Any, chief: Any, deputy_chief: Any) -> TipReport:
    return opened(commune, chief, deputy_chief)


@pytest.fixture
def review(commune: Any, chief: Any) -> Any:
    """Of a year whose links are cut as soon as nobody needs them."""
    return make_review(commune, chief, year=2024, first=date(2024, 1, 1), last=date(2024, 12, 31))


def put_forward(tip: TipReport, review: Any, by: Any) -> Commendation:
    return informants.nominate(
        tip, by=by, kind="helping", what="Giúp ngăn một vụ vi phạm.", review=review,
        form=make_form(tip.commune),
    )  # fmt: skip


def thanked(tip: TipReport, review: Any, by: Any) -> Commendation:
    one = commendations.accept(
        voted(put_forward(tip, review, by), by), by=by, number="45/QĐ-UBND", on=DAY
    )
    return commendations.hand_over(one, by=by, on=DAY)


def test_whoever_was_thanked_gets_no_second_token_once_the_link_is_cut(opened_tip, review, chief):
    thanked(opened_tip, review, chief)
    purge_expired()
    assert not InformantLink.objects.exists()

    with pytest.raises(NotAllowed, match="đã được khen"):
        put_forward(opened_tip, review, chief)

    assert Achievement.objects.count() == Commendation.objects.count() == 1


def test_what_stays_tells_neither_tip_nor_token_nor_when(opened_tip, review, chief):
    one = thanked(opened_tip, review, chief)
    index = InformantLink.objects.get().tip_index
    purge_expired()

    columns = {field.name for field in ThankedMark._meta.get_fields()}
    mark = ThankedMark.objects.get().mark
    assert columns == {"mark", "commune"}
    for known in (index, str(opened_tip.uuid), opened_tip.code, one.achievement.token):
        assert known not in mark
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM oversight_thankedmark")
        assert cursor.fetchall() == [(mark, opened_tip.commune_id)]


def test_the_page_says_so_and_offers_nothing(opened_tip, review, chief, login):
    token = thanked(opened_tip, review, chief).achievement.token
    purge_expired()

    with outside():
        page = login(chief).get(reverse("admin:oversight_commendation_informants"))

    text = page.content.decode()
    assert informants.THANKED in text
    assert token not in text
    assert page.context["has_choice"] is False


def test_another_tip_is_free(opened_tip, review, commune, chief, deputy_chief):
    thanked(opened_tip, review, chief)
    purge_expired()
    other = opened(commune, chief, deputy_chief)

    assert {one.tip: one.is_free for one in informants.opened_by(chief)} == {
        opened_tip: False, other: True,
    }  # fmt: skip
    assert put_forward(other, review, chief).status == "nominated"


def test_whoever_was_not_thanked_leaves_no_mark_and_may_be_put_forward(opened_tip, review, chief):
    first = put_forward(opened_tip, review, chief)
    commendations.decline(first, by=chief, reason="Chờ thêm kết quả.")
    purge_expired()

    again = put_forward(opened_tip, review, chief)

    assert not ThankedMark.objects.exists()
    assert again.achievement.token != first.achievement.token


def test_the_mark_goes_with_the_identity_and_nobody_is_put_forward_then(opened_tip, review, chief):
    thanked(opened_tip, review, chief)
    purge_expired()
    assert ThankedMark.objects.count() == 1

    long_ago = timezone.now() - timedelta(days=400)
    TipReport.objects.filter(pk=opened_tip.pk).update(
        status="closed", disposition="unfounded", closed_at=long_ago, has_unread=False
    )
    opened_tip.openings.update(until=timezone.now())
    assert forget_identities(TipReport.objects.filter(pk=opened_tip.pk)) == 1
    opened_tip.openings.update(until=timezone.now() + timedelta(hours=1))
    purge_expired()

    assert not ThankedMark.objects.exists()
    with pytest.raises(NotAllowed, match="xóa theo hạn lưu"):
        put_forward(opened_tip, review, chief)


def test_a_link_that_is_needed_again_meanwhile_is_not_cut(opened_tip, review, chief):
    commendations.decline(put_forward(opened_tip, review, chief), by=chief, reason="Chờ kết quả.")
    seen = retention.old_links()
    assert seen.count() == 1
    stale = InformantLink.objects.filter(pk__in=[seen.get().pk])

    put_forward(opened_tip, review, chief)

    assert retention.cut(stale) == 0
    assert InformantLink.objects.count() == 1
