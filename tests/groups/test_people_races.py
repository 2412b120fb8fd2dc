"""Two people work on the same residents at once: one deed happens, the other is told why not."""

import pytest
from django.utils import timezone

from groups.duplicates import services as duplicates
from groups.models import ConsentRecord, Member, MemberMerge
from groups.personal_data import erasure
from groups.personal_data import services as personal_data
from groups.residents.consent import services as consent
from groups.residents.consent.services import SignedConsent
from tests.factories.groups import make_member
from tests.factories.people import make_data_request, make_merge, make_notice
from tests.groups.test_change_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(hamlet):
    return make_member(hamlet), make_member(hamlet)


def test_two_merges_from_both_sides(chief, two):
    first, second = two

    ends = at_once(
        lambda: duplicates.merge(first, second, from_absorbed={}, by=chief),
        lambda: duplicates.merge(second, first, from_absorbed={}, by=chief),
    )

    assert ends[0] == "done"
    assert "đã đổi trạng thái" in ends[1] or "không gộp được" in ends[1]
    assert MemberMerge.objects.count() == 1
    assert sorted(Member.objects.values_list("status", flat=True)) == ["active", "merged"]


@pytest.mark.parametrize("_round", range(2))
def test_parting_while_the_survivor_is_erased(chief, two, _round):
    survivor, absorbed = two
    made = make_merge(survivor, absorbed, by=chief)
    survivor.refresh_from_db()

    ends = at_once(
        lambda: duplicates.split(made, by=chief),
        lambda: erasure.anonymise(survivor, by=chief),
    )

    assert ends[0] == "done"
    statuses = sorted(Member.objects.values_list("status", flat=True))
    assert (ends[1], statuses) in [
        ("done", ["active", "anonymised"]),
        ("Không tách lại được nữa: đã quá hạn hoặc đã tách rồi.", ["anonymised"]),
    ]


def test_a_request_is_settled_once(chief, hamlet, two):
    request = make_data_request(hamlet.commune, hamlet=hamlet, member=two[0], kind="delete")

    ends = at_once(
        lambda: personal_data.carry_out(request, by=chief),
        lambda: personal_data.refuse(request, by=chief, reason="Không đúng người"),
    )

    request.refresh_from_db()
    assert ends == ["done", "Yêu cầu này đã giải quyết xong."]
    erased = Member.objects.filter(status="anonymised").exists()
    assert erased == (request.status == "done")


def test_agreeing_while_the_agreement_is_taken_back(chief, officer_of, hamlet, two):
    member = two[0]
    officer = officer_of(hamlet).officer
    paper = SignedConsent(make_notice(hamlet.commune), "list", timezone.localdate(), officer)

    at_once(
        lambda: consent.give([member.pk], signed=paper, by=chief),
        lambda: erasure.withdraw(member, by=chief),
    )

    member.refresh_from_db()
    in_force = ConsentRecord.objects.in_force().filter(member=member).exists()
    assert in_force == (member.consent_basis != "none")
    assert in_force == (member.status == "active")
