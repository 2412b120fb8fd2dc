"""The year of the demo is made by the services, so what it shows can happen."""

import pytest
from django.utils import timezone

from accounts.demo import Place
from accounts.users.roles import Role
from oversight.models import Achievement, Commendation, SafetyChecklist, YearlyReview
from oversight.review import demo
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer

pytestmark = pytest.mark.django_db


def test_demo_has_a_signed_review_one_begun_thanks_and_lists(chief, deputy_chief):
    commune = chief.commune
    hamlets = [make_hamlet(commune) for _number in range(8)]
    head = make_user(commune, Role.HAMLET_HEAD)
    make_assignment(make_officer(commune, user=head), hamlets[0])
    users = {"truong.congan": chief, "pho.congan": deputy_chief, "truong.ap": head}

    demo.make(Place(commune, users, timezone.now()))

    reviews = YearlyReview.objects.order_by("year").values_list("status", flat=True)
    assert list(reviews) == ["signed", "preparing"]
    statuses = sorted(Commendation.objects.values_list("status", flat=True))
    assert statuses == ["accepted", "handed_over", "nominated"]
    informant = Achievement.objects.get(subject_kind="informant")
    assert (informant.name, informant.hamlet, bool(informant.token)) == ("", None, True)
    lists = SafetyChecklist.objects.filter(commune=commune, hamlet__isnull=False)
    assert lists.count() == len(hamlets)
    assert 0 < lists.filter(is_recognised=True).count() < len(hamlets)
    assert lists.filter(items__answer="yes").exists()
    assert lists.filter(items__answer="").exists()
