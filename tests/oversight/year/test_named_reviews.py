"""A nomination of an officer stands in the review of the commune, which the officer cannot read."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.commendations import services as commendations
from oversight.models import Achievement, Commendation, YearlyReview
from oversight.review import services as review_services
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_officer
from tests.factories.year import make_achievement, make_form, make_frozen_review, make_review


@pytest.fixture
def officer(commune: Any, hamlet: Any, actor: Any) -> Any:
    user = actor(Role.OFFICER)
    make_assignment(make_officer(commune, user=user), hamlet)
    return user


def nomination(hamlet: Any, review: YearlyReview) -> dict[str, Any]:
    return {
        "subject_kind": "collective", "name": "Tổ 5", "kind": "building", "year": "2025",
        "what": "Vận động đủ hộ.", "hamlet": hamlet.pk, "review": review.pk,
        "form": make_form(hamlet.commune).pk,
    }  # fmt: skip


def test_an_officer_puts_forward_in_the_open_review(commune, hamlet, login, officer, chief):
    review, client = make_review(commune, chief), login(officer)
    page = reverse("admin:oversight_commendation_new")

    assert str(review) in client.get(page).content.decode()
    assert client.post(page, nomination(hamlet, review)).status_code == 302

    assert Commendation.objects.get().review == review
    shown = login(chief).get(reverse("admin:oversight_yearlyreview_show", args=[review.pk]))
    assert "Vận động đủ hộ." in shown.content.decode()
    mine = reverse("admin:oversight_yearlyreview_show", args=[review.pk])
    assert client.get(mine).status_code == 403
    assert YearlyReview.objects.visible_to(officer).count() == 0


def test_no_other_review_is_offered_or_taken(
    commune, other_commune, hamlet, login, officer, chief, deputy_chief
):
    away = make_review(other_commune, make_user(other_commune, Role.CHIEF))
    signed = make_frozen_review(commune, chief)
    review_services.write(signed, by=chief, strengths="Tốt.", shortcomings="Ít.")
    signed = review_services.sign(review_services.hand_in(signed, by=chief), by=deputy_chief)
    done = make_achievement(commune, hamlet=hamlet)

    for review, sentence in ((away, "không có kỳ tổng kết này"), (signed, "đã ký")):
        with pytest.raises(NotAllowed, match=sentence):
            commendations.nominate(done, form=make_form(commune), by=officer, review=review)
        refused = login(officer).post(
            reverse("admin:oversight_commendation_new"), nomination(hamlet, review)
        )
        assert refused.status_code == 400
    assert Achievement.objects.count() == 1
