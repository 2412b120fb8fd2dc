"""A review with wrong days goes, for as long as nothing is frozen, and takes nothing with it."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.models import ReviewEvidence, YearlyReview
from oversight.review import services as review_services
from tests.factories.accounts import make_user
from tests.factories.year import (
    make_achievement,
    make_commendation,
    make_frozen_review,
    make_review,
)

STEP = "oversight_yearlyreview_step"


def filed(review: YearlyReview, by: Any) -> ReviewEvidence:
    row = ReviewEvidence(review=review, what="Hội nghị", on=date(2025, 8, 19), paper="12/HS")
    return review_services.add_evidence(row, by=by)


def test_a_chief_discards_it_on_its_page_and_the_trail_knows(commune, login, chief):
    review, client = make_review(commune, chief), login(chief)
    page = client.get(reverse("admin:oversight_yearlyreview_show", args=[review.pk]))
    assert {offer.name: offer.is_open for offer in page.context["offers"]}["bo"] is False

    step = reverse(f"admin:{STEP}", args=[review.pk, "bo"])
    assert client.post(step).status_code == 400  # without a reason
    answer = client.post(step, {"bo-reason": "Chọn sai ngày."}, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("admin:oversight_yearlyreview_changelist")
    assert not YearlyReview.objects.exists()
    event = AuditEvent.objects.get(action="review.discarded")
    assert (event.actor, event.target_label) == (chief, str(review))
    assert event.reason == "Chọn sai ngày."


def test_what_stands_in_it_goes_to_another_open_one(
    commune, other_commune, login, chief, deputy_chief
):
    wrong, right = make_review(commune, chief), make_review(commune, chief, last=date(2025, 11, 15))
    away = make_review(other_commune, make_user(other_commune, Role.CHIEF))
    one = make_commendation(make_achievement(commune), review=wrong, occasion="")
    paper, client = filed(wrong, chief), login(chief)

    for other in (None, wrong, away):
        with pytest.raises(NotAllowed, match="đúng kỳ"):
            review_services.discard(wrong, by=chief, moved_to=other)
    page = reverse(f"admin:{STEP}", args=[wrong.pk, "bo"])
    why = {"bo-reason": "Chọn sai ngày."}
    assert client.post(page, why | {"bo-moved_to": away.pk}).status_code == 400
    client.post(page, why | {"bo-moved_to": right.pk})

    assert not YearlyReview.objects.filter(pk=wrong.pk).exists()
    one.refresh_from_db()
    paper.refresh_from_db()
    assert (one.review, paper.review) == (right, right)


def test_nothing_frozen_is_discarded_and_by_nobody_but_a_chief(
    commune, other_commune, actor, chief
):
    frozen = make_frozen_review(commune, chief, last=date(2025, 11, 15))
    with pytest.raises(NotAllowed, match="chốt số liệu"):
        review_services.discard(frozen, by=chief)

    review = make_review(commune, chief)
    others = [actor(role) for role in Role if role is not Role.CHIEF]
    for by in (*others, make_user(other_commune, Role.CHIEF)):
        with pytest.raises(NotAllowed):
            review_services.discard(review, by=by)
    assert YearlyReview.objects.count() == 2
