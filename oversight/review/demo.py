"""The year of the demo: one review signed, one begun, three thanks, a checklist for each hamlet."""

from datetime import date, timedelta

from django.utils import timezone

from accounts import demo
from groups.models import Hamlet
from oversight import periods
from oversight.checklists import services as checklists
from oversight.checklists.models import SafetyChecklist
from oversight.commendations import services as commendations
from oversight.commendations.models import Achievement, Commendation, CommendationForm
from oversight.review import services as review_services
from oversight.review.models import YearlyReview

COUNCIL = "Hội đồng Thi đua - Khen thưởng xã"
SUDDEN = "Khen thưởng đột xuất"
RECOGNISED, TICKED = 5, 6  # hamlets with a paper; lines that are ticked at most


def register_part() -> None:
    """After the tips, which the review counts."""
    summary = "Tổng kết năm: năm trước đã ký; năm nay đang chuẩn bị, có một mã người báo tin."
    demo.register("year", demo.DemoPart(make, summary))


def make(place: demo.Place) -> None:
    today = timezone.localdate(place.now)
    _signed(place, today.year - 1)
    begun = review_services.open_review(
        place.commune, periods.whole_year(today.year), by=place.users["pho.congan"]
    )
    commendations.prepare_forms(place.commune)
    _thanks(place, begun, today)
    _checklists(place, today)


def _signed(place: demo.Place, year: int) -> None:
    """Written by the chief, signed by the deputy."""
    chief = place.users["truong.congan"]
    review = review_services.open_review(place.commune, periods.whole_year(year), by=chief)
    review = review_services.freeze(review, by=chief)
    for part in review.hamlets.order_by("hamlet__code")[:4]:
        text = "Bà con vào nhóm đều, tin đăng tới các hộ trong ngày. Còn hai tổ ở xa sóng yếu."
        review_services.write_part(part, text, by=chief)
    review_services.write(
        review, by=chief,
        strengths="Mô hình chạy đều ở các ấp, bài đăng đúng lịch.",
        shortcomings="Vài nhóm ít bài; một số hộ chưa có ai trong nhóm.",
        causes="Sóng yếu ở ấp xa, người lớn tuổi ít dùng Zalo.",
        proposals="Phân công người báo tin tới hộ không dùng Zalo.",
    )  # fmt: skip
    review_services.hand_in(review, by=chief)
    review_services.sign(review, by=place.users["pho.congan"])


def _thanks(place: demo.Place, review: YearlyReview, today: date) -> None:
    """A hamlet thanked in public, a person put forward, an informant by token."""
    chief, commune = place.users["truong.congan"], place.commune
    form = CommendationForm.objects.filter(commune=commune).first()
    hamlet = Hamlet.objects.of_commune(commune).order_by("code").first()
    if form is None or hamlet is None:
        return
    team = Achievement(
        commune=commune, subject_kind=Achievement.Subject.COLLECTIVE, year=today.year,
        kind=Achievement.Kind.BUILDING, name=f"Ban công tác Mặt trận {hamlet}",
        place=str(hamlet), hamlet=hamlet,
        what="Vận động các hộ tham gia nhóm, mỗi tổ có người báo tin tới hộ không dùng Zalo.",
    )  # fmt: skip
    made = commendations.nominate(team, form=form, by=chief, review=review)
    made = _decide(made, place, today)
    made = commendations.hand_over(made, by=chief, on=today - timedelta(days=2))
    commendations.publish(made, by=chief)
    person = Achievement(
        commune=commune, subject_kind=Achievement.Subject.INDIVIDUAL, year=today.year,
        kind=Achievement.Kind.RETURNING, name="Tổ trưởng Tổ 3", place=str(hamlet), hamlet=hamlet,
        what="Nhặt được ví của người đi đường, nhờ nhóm tìm và trả lại đủ.",
    )  # fmt: skip
    commendations.nominate(person, form=form, by=chief, occasion=SUDDEN)
    sealed = Achievement.objects.create(
        commune=commune, subject_kind=Achievement.Subject.INFORMANT, year=today.year,
        kind=Achievement.Kind.HELPING, token="NBT-7KQD-M4AC",  # noqa: S106 -- of nobody
        what="Giúp ngăn chặn kịp thời một vụ vi phạm.",
    )  # fmt: skip
    _decide(
        commendations.put_forward(sealed, form=form, by=None, review=None, occasion=SUDDEN),
        place, today,
    )  # fmt: skip


def _decide(made: Commendation, place: demo.Place, today: date) -> Commendation:
    chief = place.users["truong.congan"]
    answers = {one.position: "yes" for one in made.conditions.all()}
    made = commendations.answer(made, answers, by=chief)
    made = commendations.vote(
        made, by=chief, council=COUNCIL, on=today - timedelta(days=12), votes=(9, 0, 0)
    )
    return commendations.accept(
        made, by=chief, number=f"{40 + made.pk}/QĐ-UBND", on=today - timedelta(days=9)
    )


def _checklists(place: demo.Place, today: date) -> None:
    """Most registered, ticked as far as people came, the first ones recognised by a paper."""
    chief, head = place.users["truong.congan"], place.users["truong.ap"]
    checklists.open_year(place.commune, today.year, by=chief)
    rows = SafetyChecklist.objects.filter(commune=place.commune, year=today.year)
    registered = min(today, date(today.year, 2, 10))
    for number, row in enumerate(rows.filter(hamlet__isnull=False).order_by("hamlet__code")):
        if number % 7 != 6:
            number_text = f"{number + 1:02d}/ĐK"
            checklists.register(row, by=chief, on=registered, number=number_text)
        for item in row.items.order_by("position")[: TICKED - number % TICKED]:
            checklists.tick(item, "yes", by=head if number == 0 else chief)
        if number < RECOGNISED:
            checklists.decide(
                row, by=chief, is_recognised=number != RECOGNISED - 1, number="118/QĐ-UBND",
                on=today - timedelta(days=10),
            )  # fmt: skip
