"""The yearly review: its steps, and what is frozen of its figures."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.papers.services import Issuer
from accounts.services import NotAllowed
from oversight import periods
from oversight.figures.scopes import whole_commune
from oversight.review import services as review_services
from oversight.summaries import services as summaries
from tests.factories.year import (
    make_accepted,
    make_achievement,
    make_form,
    make_frozen_review,
    make_review,
)
from tests.oversight.conftest import at


def test_a_span_that_is_not_over_is_not_frozen(commune, chief):
    today = timezone.localdate()
    review = review_services.open_review(commune, periods.month(today.year, today.month), by=chief)

    with pytest.raises(NotAllowed, match="Kỳ này đến hết ngày"):
        review_services.freeze(review, by=chief)


def test_a_span_is_looked_back_on_once(commune, chief):
    review_services.open_review(commune, periods.whole_year(2025), by=chief)

    with pytest.raises(NotAllowed, match="đã mở tổng kết"):
        review_services.open_review(commune, periods.whole_year(2025), by=chief)


@pytest.mark.parametrize(
    ("status", "step", "sentence"),
    [
        ("preparing", "hand_in", "Đang chuẩn bị"),
        ("preparing", "write", "chốt số liệu trước"),
        ("frozen", "freeze", "chưa chuyển sang “Đã chốt số liệu”"),
        ("frozen", "sign", "chưa chuyển sang “Đã ký”"),
        ("frozen", "hand_in", "Chưa viết: kết quả nổi bật, ưu điểm, tồn tại, hạn chế"),
    ],
)
def test_steps_out_of_order_are_refused_in_words(status, step, sentence, commune, chief):
    make = make_review if status == "preparing" else make_frozen_review
    review = make(commune, chief)

    with pytest.raises(NotAllowed, match=sentence):
        getattr(review_services, step)(review, by=chief)


def test_head_of_a_hamlet_reads_in_its_part_no_thanks_that_were_not_made_public(
    commune, hamlet, chief, login, hamlet_head_of
):
    in_2025 = {"decided_on": date(2025, 11, 16), "voted_on": date(2025, 11, 10)}
    known, unknown = make_form(commune), make_form(commune)
    make_accepted(make_achievement(commune, hamlet=hamlet), form=known, is_public=True, **in_2025)
    make_accepted(make_achievement(commune, hamlet=hamlet), form=known, **in_2025)
    make_accepted(make_achievement(commune, hamlet=hamlet), form=unknown, **in_2025)
    part = make_frozen_review(commune, chief).hamlets.get()

    page = login(hamlet_head_of(hamlet)).get(
        reverse("admin:oversight_reviewhamlet_show", args=[part.pk])
    )

    [thanks] = [one for one in page.context["figures"] if one["key"] == "commendations"]
    assert thanks["lines"] == [(str(known), [1, 0])]


def test_hamlets_are_counted_at_the_freezing_and_the_page_says_both_moments(
    commune, hamlet, chief, login
):
    earlier, year = at(date(2026, 1, 5)), periods.whole_year(2025)
    scope = whole_commune(commune, reader=chief)
    drafted = summaries.draft(scope, year, issuer=Issuer.POLICE, by=chief, as_of=earlier)
    summaries.sign(drafted, by=chief)
    before = timezone.now()

    review = review_services.freeze(review_services.open_review(commune, year, by=chief), by=chief)

    assert (review.summary.as_of, review.frozen_at >= before) == (earlier, True)
    counted = f"{timezone.localtime(review.frozen_at):%H:%M %d/%m/%Y}"
    client, part = login(chief), review.hamlets.get()
    page = client.get(reverse("admin:oversight_yearlyreview_show", args=[review.pk]))
    assert "Số của xã theo báo cáo đã ký, đếm lúc 09:00 05/01/2026." in page.content.decode()
    assert f"Số của từng ấp, khu phố đếm lúc {counted}." in page.content.decode()
    page = client.get(reverse("admin:oversight_reviewhamlet_show", args=[part.pk]))
    assert f"Đếm lúc {counted}." in page.content.decode()
