"""The yearly review once its figures are frozen: its four eyes, its parts, and that it stays."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.models import ReviewEvidence, ReviewHamlet, YearlyReview
from oversight.review import services as review
from oversight.summaries.services import figures_of
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_group, make_hamlet, make_officer
from tests.factories.year import (
    make_review_hamlet,
)


@pytest.fixture
def signed(frozen: YearlyReview, chief: Any, deputy_chief: Any) -> YearlyReview:
    review.write(frozen, by=chief, strengths="Đủ 19 ấp có nhóm.", shortcomings="Còn ấp xa.")
    return review.sign(review.hand_in(frozen, by=chief), by=deputy_chief)


def test_a_review_goes_its_way_and_two_people_stand_behind_it(signed, chief, deputy_chief):
    signed.refresh_from_db()

    assert signed.status == "signed"
    assert (signed.assessed_by, signed.signed_by) == (chief, deputy_chief)


def test_a_review_stands_on_a_signed_summary_of_the_police(frozen, chief):
    assert (frozen.summary.status, frozen.summary.issuer) == ("signed", "police")
    assert figures_of(frozen.summary) != ()


def test_whoever_wrote_or_handed_in_does_not_sign(frozen, chief, deputy_chief):
    review.write(frozen, by=deputy_chief, strengths="Tốt.", shortcomings="Ít.")
    review.hand_in(frozen, by=chief)

    for by in (chief, deputy_chief):
        with pytest.raises(NotAllowed, match="không tự ký"):
            review.sign(frozen, by=by)


def test_an_edit_takes_back_what_waits_for_its_signature(frozen, chief, deputy_chief):
    review.write(frozen, by=chief, strengths="Tốt.", shortcomings="Ít.")
    review.hand_in(frozen, by=chief)

    edited = review.write(frozen, by=deputy_chief, strengths="Rất tốt.")

    assert (edited.status, edited.assessed_by) == ("frozen", None)
    assert edited.shortcomings == "Ít."


def test_a_marked_text_is_refused(frozen, chief):
    with pytest.raises(NotAllowed, match="dấu mật"):
        review.write(frozen, by=chief, strengths="TỐI MẬT\nKế hoạch.", shortcomings="Ít.")


def test_numbers_of_a_hamlet_are_frozen_and_none_is_of_tips(frozen, hamlet, tips_of):
    part = frozen.hamlets.get(hamlet=hamlet)
    keys = {one["key"] for one in part.figures}
    hamlet.households = 999
    hamlet.save()

    assert "coverage" in keys
    assert not {key for key in keys if key.startswith(("tip", "transfer"))}
    assert "999" not in str(ReviewHamlet.objects.get(pk=part.pk).figures)


def test_a_hamlet_writes_its_own_part_and_no_other(frozen, commune, hamlet, actor):
    head = actor(Role.HAMLET_HEAD)
    make_assignment(make_officer(commune, user=head), hamlet)
    make_review_hamlet(frozen, make_hamlet(commune))
    seen = ReviewHamlet.objects.visible_to(head)

    part = review.write_part(seen.get(), "Vận động được nhiều hộ.", by=head)

    assert [one.hamlet for one in seen] == [hamlet]
    assert (part.text, part.prepared_by) == ("Vận động được nhiều hộ.", head)
    assert YearlyReview.objects.visible_to(head).count() == 0


def test_services_ask_whose_review_and_whose_hamlet_it_is(
    frozen, commune, other_commune, hamlet, actor
):
    head = actor(Role.HAMLET_HEAD)
    make_assignment(make_officer(commune, user=head), hamlet)
    next_door = make_review_hamlet(frozen, make_hamlet(commune))
    away = make_user(other_commune, Role.CHIEF)
    said = {"review": frozen, "what": "Hội nghị", "on": date(2025, 8, 19), "paper": "12/HS"}

    for act in (
        lambda: review.write(frozen, by=away, strengths="Tốt.", shortcomings="Ít."),
        lambda: review.write_part(next_door, "Tốt.", by=head),
        lambda: review.write_part(frozen.hamlets.get(hamlet=hamlet), "Tốt.", by=away),
        lambda: review.add_evidence(ReviewEvidence(hamlet=next_door.hamlet, **said), by=head),
        lambda: review.add_evidence(ReviewEvidence(**said), by=head),
        lambda: review.add_evidence(ReviewEvidence(hamlet=hamlet, **said), by=away),
    ):
        with pytest.raises(NotAllowed):
            act()
    review.add_evidence(ReviewEvidence(hamlet=hamlet, **said), by=head)

    frozen.refresh_from_db()
    next_door.refresh_from_db()
    assert (frozen.strengths, next_door.text) == ("", "")
    assert [one.hamlet for one in frozen.evidence.all()] == [hamlet]


def test_evidence_stays_in_the_commune_and_the_groups_of_the_review(
    frozen, other_commune, hamlet, chief
):
    said = {"review": frozen, "what": "Hội nghị", "on": date(2025, 8, 19), "paper": "12/HS"}
    away = make_hamlet(other_commune)

    with pytest.raises(NotAllowed, match="không thuộc xã"):
        review.add_evidence(ReviewEvidence(hamlet=away, **said), by=chief)
    with pytest.raises(NotAllowed, match="nhóm đã chọn"):
        review.add_evidence(ReviewEvidence(group=make_group(away), **said), by=chief)
    assert frozen.evidence.count() == 0


def test_evidence_names_where_it_is(frozen, hamlet, chief):
    row = ReviewEvidence(review=frozen, hamlet=hamlet, what="Hội nghị", on=date(2025, 8, 19))

    with pytest.raises(NotAllowed, match="hồ sơ giấy"):
        review.add_evidence(row, by=chief)
    row.page = "https://binhyen.example/admin/reports/tipreport/1/xem/"
    with pytest.raises(NotAllowed, match="không phải trang của phản ánh"):
        review.add_evidence(row, by=chief)
    row.page = "https://binhyen.example/admin/groups/consultationmeeting/1/change/?x=1"
    assert review.add_evidence(row, by=chief).page == (
        "/admin/groups/consultationmeeting/1/change/"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE oversight_yearlyreview SET strengths = 'x'",
        "UPDATE oversight_yearlyreview SET status = 'assessed', signed_by_id = NULL",
        "DELETE FROM oversight_yearlyreview",
        "UPDATE oversight_reviewhamlet SET text = 'x', prepared_by_id = 1",
        "DELETE FROM oversight_reviewhamlet",
        "INSERT INTO oversight_reviewhamlet SELECT * FROM oversight_reviewhamlet",
    ],
)
def test_a_signed_review_stays_against_sql(signed, statement):
    before = YearlyReview.objects.values().get()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert YearlyReview.objects.values().get() == before


def test_a_signed_review_takes_nothing_more(signed, hamlet, chief):
    part = signed.hamlets.get()
    row = ReviewEvidence(review=signed, hamlet=hamlet, what="A", on=date(2025, 8, 19), paper="1")

    for step in (
        lambda: review.write(signed, by=chief, strengths="x"),
        lambda: review.write_part(part, "x", by=chief),
        lambda: review.add_evidence(row, by=chief),
        lambda: review.sign(signed, by=chief),
    ):
        with pytest.raises(NotAllowed, match="ký"):
            step()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CHIEF])
def test_only_chiefs_see_and_move_a_review(role, frozen, actor):
    user = actor(role)

    assert YearlyReview.objects.visible_to(user).count() == 0
    for step in (review.hand_in, review.sign):
        with pytest.raises(NotAllowed):
            step(frozen, by=user)
