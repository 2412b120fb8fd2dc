"""Nobody signs a review who wrote a part of it, however often it was edited."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.models import ReviewWriter, YearlyReview
from oversight.review import services as review
from oversight.review import work_lists as review_work_lists
from oversight.review import writers

BOTH = {"strengths": "Đủ ấp có nhóm.", "shortcomings": "Còn ấp xa."}


@pytest.fixture
def third_chief(actor: Any) -> Any:
    return actor(Role.CHIEF)


@pytest.fixture
def handed_in(frozen: YearlyReview, chief: Any, deputy_chief: Any) -> YearlyReview:
    """Begun by the chief; the deputy wrote last and handed in."""
    review.write(frozen, by=chief, **BOTH)
    review.write(frozen, by=deputy_chief, causes="Sóng yếu.")
    return review.hand_in(frozen, by=deputy_chief)


def test_an_earlier_writer_does_not_sign(handed_in, chief, deputy_chief, third_chief):
    with pytest.raises(NotAllowed, match="đã viết: kết quả nổi bật, ưu điểm; tồn tại, hạn chế"):
        review.sign(handed_in, by=chief)
    with pytest.raises(NotAllowed, match="đã viết: nguyên nhân"):
        review.sign(handed_in, by=deputy_chief)

    assert review.sign(handed_in, by=third_chief).signed_by == third_chief


def test_the_database_lets_no_writer_sign(handed_in, chief):
    rows = YearlyReview.objects.filter(pk=handed_in.pk)

    with pytest.raises(DatabaseError, match="does not sign"), transaction.atomic():
        rows.update(status="signed", signed_by=chief, signed_at=timezone.now())

    assert rows.get().status == "assessed"


def test_whoever_wrote_over_anothers_words_wrote_them_with_the_other(
    frozen, chief, deputy_chief, third_chief
):
    review.write(frozen, by=chief, **BOTH)
    review.write(frozen, by=deputy_chief, **{name: f"{text} Sửa." for name, text in BOTH.items()})
    review.hand_in(frozen, by=third_chief)

    for by in (chief, deputy_chief, third_chief):
        with pytest.raises(NotAllowed, match=r"[hH]ãy để chỉ huy khác"):
            review.sign(frozen, by=by)


def test_what_was_emptied_and_written_anew_is_of_whoever_wrote_it_then(frozen, chief, deputy_chief):
    review.write(frozen, by=chief, **BOTH)
    review.write(frozen, by=deputy_chief, **dict.fromkeys(BOTH, ""))
    review.write(frozen, by=deputy_chief, **BOTH)
    review.hand_in(frozen, by=deputy_chief)

    assert writers.written_by(frozen, chief) == []
    assert review.sign(frozen, by=chief).status == "signed"


def test_whoever_wrote_the_part_of_a_hamlet_does_not_sign(
    frozen, hamlet, chief, deputy_chief, third_chief
):
    part = frozen.hamlets.get()
    review.write_part(part, "Vận động được nhiều hộ.", by=deputy_chief)
    review.write_part(part, "Vận động được nhiều hộ, còn ba hộ.", by=chief)
    review.write(frozen, by=chief, **BOTH)
    review.hand_in(frozen, by=chief)

    with pytest.raises(NotAllowed, match=f"đã viết: phần của {hamlet}"):
        review.sign(frozen, by=deputy_chief)
    assert review.sign(frozen, by=third_chief).status == "signed"


def test_the_page_says_who_wrote_and_offers_no_signature_to_them(
    handed_in, chief, third_chief, login
):
    page = reverse("admin:oversight_yearlyreview_show", args=[handed_in.pk])

    own = login(chief).get(page)
    other = login(third_chief).get(page)

    assert "ky" not in {offer.name for offer in own.context["offers"]}
    assert "Đồng chí đã viết: kết quả nổi bật, ưu điểm" in own.content.decode()
    assert "ky" in {offer.name for offer in other.context["offers"]}
    assert f"Người viết: {chief}, {handed_in.assessed_by}." in other.content.decode()


def test_no_writer_is_reminded_to_sign(handed_in, chief, third_chief):
    now = timezone.now()

    assert review_work_lists.to_sign(third_chief, now).count == 1
    assert review_work_lists.to_sign(chief, now) is None


def test_the_last_who_may_sign_is_told_before_they_write(frozen, chief, deputy_chief, login):
    page = reverse("admin:oversight_yearlyreview_show", args=[frozen.pk])
    assert writers.LAST_ONE not in login(deputy_chief).get(page).content.decode()

    review.write(frozen, by=chief, **BOTH)

    part = reverse("admin:oversight_reviewhamlet_show", args=[frozen.hamlets.get().pk])
    for address in (page, part):
        assert writers.LAST_ONE in login(deputy_chief).get(address).content.decode()
        assert writers.LAST_ONE not in login(chief).get(address).content.decode()


def test_a_third_chief_takes_the_warning_away(frozen, chief, deputy_chief, third_chief, login):
    review.write(frozen, by=chief, **BOTH)

    page = login(deputy_chief).get(reverse("admin:oversight_yearlyreview_show", args=[frozen.pk]))

    assert writers.LAST_ONE not in page.content.decode()


@pytest.mark.parametrize("act", ["add", "change", "remove"])
def test_who_wrote_a_signed_review_stays(act, handed_in, third_chief):
    review.sign(handed_in, by=third_chief)
    rows = ReviewWriter.objects.filter(review=handed_in)
    before = sorted(rows.values_list("name", "user"))
    steps = {
        "add": lambda: ReviewWriter.objects.create(
            review=handed_in, name="causes", user=third_chief
        ),
        "change": lambda: rows.update(user=third_chief),
        "remove": rows.delete,
    }

    with pytest.raises(DatabaseError), transaction.atomic():
        steps[act]()

    assert sorted(rows.values_list("name", "user")) == before
