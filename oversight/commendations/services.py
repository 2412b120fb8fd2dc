"""Verbs of commendations: nominate, answer, vote, accept, hand over, decline, publish."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.services import NotAllowed
from accounts.text_fields import clean
from accounts.workflow.services import move, record, sees, stored_for
from content_rules.rulebook import carries_mark, find
from oversight import data_files
from oversight.commendations import checks
from oversight.commendations.checks import doubts, rewarded_like
from oversight.commendations.models import (
    WRITTEN,
    Achievement,
    Commendation,
    CommendationForm,
    EligibilityAnswer,
)
from oversight.input_checks import NUMBER, in_trail, lock_commune, require_clean, require_not_future
from oversight.review.models import YearlyReview

_INITIAL = data_files.read("initial_rows")
CONDITIONS, FORMS = _INITIAL["conditions"], _INITIAL["forms"]
Status = Commendation.Status
FIRST_YEAR = 2020  # of lists
SETTLES = "oversight.settle_commendation"
REWARDED = "Thành tích này đã được khen. Mỗi thành tích chỉ khen một lần."
LIKE_REWARDED = (
    "Đã khen một thành tích giống việc này, xem “Có thể là cùng một thành tích” ở dưới. Đúng là "
    "việc khác thì đánh dấu “Đây là thành tích khác”; cùng một việc thì ghi không khen lần này."
)
# No field beside a token may hold a name.
PLAIN_COUNCIL = (
    "Khen người báo tin: chỉ ghi tên chung của hội đồng, ví dụ “Hội đồng Thi đua - Khen thưởng xã”."
)
PLAIN_NUMBER = (
    "Khen người báo tin: chỉ ghi số quyết định, ví dụ 45/QĐ-UBND, không ghi tên hay trích yếu."
)


def prepare_forms(commune: Commune | None) -> None:
    """Create the initial forms of a commune that has none."""
    if commune is not None and not CommendationForm.objects.filter(commune=commune).exists():
        shipped = [
            CommendationForm(commune=commune, name=name, given_by=given_by, position=place)
            for place, (name, given_by) in enumerate(FORMS, 1)
        ]
        # Two pages opened at once create them once.
        CommendationForm.objects.bulk_create(shipped, ignore_conflicts=True)


def check_kind(achievement: Achievement) -> None:
    if achievement.kind not in Achievement.Kind.values:
        raise NotAllowed("Hãy chọn loại thành tích trong danh sách.")


@transaction.atomic
def nominate(
    achievement: Achievement, *, form: CommendationForm, by: User,
    review: YearlyReview | None = None, occasion: str = "",
) -> Commendation:  # fmt: skip
    """Nominate a collective or a person; saves a new achievement. Raises NotAllowed.

    Informants are nominated by `informants.nominate` only.
    """
    if not by.has_perm("oversight.add_commendation"):
        raise NotAllowed("Tài khoản này không đề nghị khen thưởng.")
    if achievement.is_informant:
        raise NotAllowed("Khen người báo tin làm ở trang riêng, chỉ ghi bằng mã.")
    if achievement.pk is None:
        _save(achievement, by)
    elif not sees(by, achievement):
        raise NotAllowed("Tài khoản này không đề nghị khen thưởng cho thành tích này.")
    made = put_forward(achievement, form=form, by=by, review=review, occasion=occasion)
    audit.record("commendation.nominated", by=by)
    return made


def _save(achievement: Achievement, by: User) -> None:
    check_kind(achievement)
    texts = (achievement.name, achievement.place, achievement.what, achievement.where)
    if carries_mark("\n".join(texts)):
        raise NotAllowed("Thành tích mang dấu mật. Nội dung mật không ghi vào cổng.")
    require_clean(*texts)  # numbers of people; the name itself has to stand there
    sees_all = by.has_perm("groups.view_all_hamlets")
    if not sees_all and achievement.hamlet is None:
        raise NotAllowed("Hãy chọn ấp, khu phố mà đồng chí phụ trách.")
    for name, place in (("Tổ", achievement.team), ("Nhóm", achievement.group)):
        if achievement.hamlet and place is not None and place.hamlet_id != achievement.hamlet_id:
            raise NotAllowed(f"{name} này không thuộc ấp, khu phố đã chọn.")
    _check_days(achievement)
    try:
        achievement.full_clean()
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
    try:
        with transaction.atomic():
            achievement.save()
    except IntegrityError as error:  # pressed twice: the first one was saved meanwhile
        raise NotAllowed(str(WRITTEN)) from error


def _check_days(achievement: Achievement) -> None:
    """Raise NotAllowed for future days and for a year that does not fit the days."""
    first, last, today = achievement.first_on, achievement.last_on, timezone.localdate()
    if last:
        require_not_future(last, "Ngày của thành tích")
    if not FIRST_YEAR <= achievement.year <= today.year:
        raise NotAllowed(f"Hãy ghi năm của thành tích từ {FIRST_YEAR} đến {today.year}.")
    # After a review that ends in November the last weeks belong to the next year.
    if first and last and not first.year <= achievement.year <= last.year + (last.month > 10):
        raise NotAllowed("Năm của thành tích không khớp với các ngày. Hãy sửa năm hoặc ngày.")


def put_forward(
    achievement: Achievement, *, form: CommendationForm, by: User | None,
    review: YearlyReview | None, occasion: str,
) -> Commendation:  # fmt: skip
    """Create a nomination with its conditions. Raises NotAllowed."""
    if review is not None:
        rows = YearlyReview.objects.select_for_update(of=("self",)).filter(pk=review.pk)
        found = rows.filter(commune=achievement.commune).first()
        if found is None:
            raise NotAllowed("Xã không có kỳ tổng kết này. Hãy chọn kỳ khác hoặc ghi dịp khen.")
        if found.is_signed:
            raise NotAllowed("Tổng kết này đã ký. Hãy đề nghị theo dịp khác.")
    if review is None and not clean(occasion):
        raise NotAllowed("Hãy chọn kỳ tổng kết hoặc ghi dịp khen.")
    require_clean(occasion)
    if achievement.commendations.accepted().exists():
        raise NotAllowed(REWARDED)
    try:
        with transaction.atomic():
            made = Commendation.objects.create(
                commune=achievement.commune, achievement=achievement, form=form, review=review,
                occasion=occasion, nominated_by=by,
                nominated_on=timezone.localdate() if by else None,
            )  # fmt: skip
    except IntegrityError as error:
        raise NotAllowed("Thành tích này đã được đề nghị hình thức này.") from error
    EligibilityAnswer.objects.bulk_create(
        EligibilityAnswer(commendation=made, position=place, text=text)
        for place, text in enumerate(CONDITIONS, 1)
    )
    return made


def _stored_for(commendation: Commendation, to: str, by: User) -> Commendation:
    """Lock a row for a step to a status. Raises NotAllowed."""
    locked = stored_for(commendation, by, permission=SETTLES)
    move(locked, to)
    return locked


def _decided_for(commendation: Commendation, by: User) -> Commendation:
    """Lock a row with a decision. Raises NotAllowed."""
    return stored_for(
        commendation, by, permission=SETTLES, only={Status.ACCEPTED, Status.HANDED_OVER},
        refusal="Phải có quyết định rồi mới làm được bước này.",
    )  # fmt: skip


@transaction.atomic
def answer(commendation: Commendation, answers: dict[int, str], *, by: User) -> Commendation:
    """Answer the conditions; the council may vote once all have an answer."""
    locked = _stored_for(commendation, Status.CHECKED, by)
    conditions = list(locked.conditions.select_for_update(of=("self",)))
    for one in conditions:
        given = answers.get(one.position, one.answer)
        if given not in EligibilityAnswer.Answer.values:
            raise NotAllowed("Hãy chọn Có, Không hoặc Không áp dụng.")
        if given != one.answer:
            one.answer = given
            one.answered_by = by if given else None
            one.answered_at = timezone.now() if given else None
            one.save()
    if any(not one.answer for one in conditions):
        locked.status = Status.NOMINATED
    locked.save(update_fields=["status"])
    record(locked, "checked", by=by)
    return locked


@transaction.atomic
def vote(
    commendation: Commendation, *, by: User, council: str, on: date, votes: tuple[int, int, int]
) -> Commendation:
    """Record the votes of a council: for, against, other. Decides nothing. Raises NotAllowed."""
    locked = _stored_for(commendation, Status.VOTED, by)
    if not clean(council):
        raise NotAllowed("Hãy ghi tên hội đồng.")
    if locked.achievement.is_informant and checks.sentence_refusals(council, locked.commune):
        raise NotAllowed(PLAIN_COUNCIL)
    if min(votes) < 0 or sum(votes) == 0:
        raise NotAllowed("Hãy ghi số phiếu của hội đồng.")
    require_not_future(on, "Ngày biểu quyết")
    _require_not_before(locked.achievement, on)
    locked.council, locked.voted_on = council, on
    locked.votes_for, locked.votes_against, locked.votes_other = votes
    return _saved(locked, "voted", by)


def _check_decision(commendation: Commendation, number: str, on: date) -> None:
    """Raise NotAllowed for an impossible number or day of a decision."""
    if not clean(number):
        raise NotAllowed("Hãy ghi số quyết định.")
    if commendation.achievement.is_informant and not NUMBER.fullmatch(clean(number)):
        raise NotAllowed(PLAIN_NUMBER)
    require_clean(number)
    require_not_future(on, "Ngày quyết định")
    _require_not_before(commendation.achievement, on)
    if commendation.voted_on and on < commendation.voted_on:
        raise NotAllowed("Quyết định không thể có trước ngày hội đồng biểu quyết.")


def _check_reason(commendation: Commendation, reason: str) -> None:
    """Raise NotAllowed for a reason with blocked content or hints at an informant."""
    achievement = commendation.achievement
    if achievement.is_informant and (
        refusals := checks.sentence_refusals(reason, commendation.commune)
    ):
        raise NotAllowed(" ".join(refusals))
    require_clean(reason)


def _saved(commendation: Commendation, event: str, by: User, **details: Any) -> Commendation:
    commendation.save()
    record(commendation, event, by=by, **details)
    return commendation


@transaction.atomic
def accept(
    commendation: Commendation, *, by: User, number: str, on: date, is_another: bool = False,
    is_despite: bool = False,
) -> Commendation:  # fmt: skip
    """Record the decision by number and day. Raises NotAllowed.

    A person confirms `is_another` after a rewarded duplicate, `is_despite` against doubts. The
    commune is locked, as two achievements decided at once may be the same one.
    """
    lock_commune(commendation.commune_id)
    locked = _stored_for(commendation, Status.ACCEPTED, by)
    _check_decision(locked, number, on)
    against = doubts(locked)
    if against and not is_despite:
        raise NotAllowed(
            f"Chưa ghi: {'; '.join(against)}. Cấp khen vẫn quyết định khen thì đánh dấu “Vẫn ghi "
            "quyết định khen”; chưa quyết định thì ghi không khen lần này."
        )
    if not is_another and rewarded_like(locked.achievement):
        raise NotAllowed(LIKE_REWARDED)
    locked.decision_number, locked.decided_on = number, on
    try:
        with transaction.atomic():
            locked.save()
    except IntegrityError as error:
        raise NotAllowed(REWARDED) from error
    despite: dict[str, Any] = {"despite": against} if against else {}
    record(locked, "accepted", by=by, **despite)
    return locked


@transaction.atomic
def correct_decision(
    commendation: Commendation, *, by: User, number: str, on: date, reason: str
) -> Commendation:
    """Replace a wrong or revoked number and day. Raises NotAllowed.

    The audit trail keeps both and the reason, which names nobody.
    """
    locked = _decided_for(commendation, by)
    _check_decision(locked, number, on)
    if locked.handed_over_on and on > locked.handed_over_on:
        raise NotAllowed("Ngày quyết định không thể sau ngày trao.")
    if not clean(reason):
        raise NotAllowed("Hãy ghi vì sao sửa quyết định.")
    _check_reason(locked, reason)
    if any(hit.rule == "named_person" for hit in find(reason)):
        raise NotAllowed("Lý do vào nhật ký nên không nêu tên ai. Hãy bỏ tên.")
    before = in_trail(locked.decision_number, locked.decided_on)
    locked.decision_number, locked.decided_on = number, on
    locked.save(update_fields=["decision_number", "decided_on"])
    after = in_trail(locked.decision_number, on)
    record(locked, "corrected", by=by, text=clean(reason), before=before, after=after)
    return locked


@transaction.atomic
def hand_over(commendation: Commendation, *, by: User, on: date) -> Commendation:
    """Record the day of handing over. Raises NotAllowed."""
    locked = _stored_for(commendation, Status.HANDED_OVER, by)
    require_not_future(on, "Ngày trao")
    if locked.decided_on and on < locked.decided_on:
        raise NotAllowed("Ngày trao không thể trước ngày quyết định.")
    locked.handed_over_on = on
    return _saved(locked, "handed_over", by)


@transaction.atomic
def decline(commendation: Commendation, *, by: User, reason: str) -> Commendation:
    """Decline this nomination; the achievement may be nominated again. Raises NotAllowed."""
    locked = _stored_for(commendation, Status.DECLINED, by)
    if not clean(reason):
        raise NotAllowed("Hãy ghi lý do không khen lần này.")
    _check_reason(locked, reason)
    locked.declined_because = clean(reason)[:300]
    return _saved(locked, "declined", by)


@transaction.atomic
def publish(
    commendation: Commendation, *, by: User, consent_on: date | None = None, number: str = ""
) -> Commendation:
    """Record the publication; an informant must have agreed in writing. Raises NotAllowed.

    The portal does not know the name of an informant; it is published elsewhere, if at all.
    """
    locked = _decided_for(commendation, by)
    if locked.is_public:
        raise NotAllowed("Khen thưởng này đã ghi công khai trước đó.")
    if locked.achievement.is_informant and not (consent_on and NUMBER.fullmatch(clean(number))):
        raise NotAllowed(
            "Khen người báo tin mặc định không công khai. Muốn công khai phải có văn bản đồng ý "
            "của người đó: ghi ngày và số văn bản (chỉ chữ số, chữ cái không dấu, gạch)."
        )
    if bool(consent_on) != bool(clean(number)):
        raise NotAllowed(
            "Văn bản đồng ý phải có cả ngày và số. Không có văn bản thì để trống cả hai."
        )
    if consent_on:
        require_not_future(consent_on, "Ngày đồng ý")
    require_clean(number)
    locked.is_public = True
    locked.consent_on, locked.consent_paper = consent_on, number
    return _saved(locked, "published", by)


def _require_not_before(achievement: Achievement, day: date) -> None:
    if achievement.last_on and day < achievement.last_on:
        raise NotAllowed(
            f"Thành tích đến ngày {achievement.last_on:%d/%m/%Y}. Biểu quyết, quyết định không thể "
            "có trước ngày đó."
        )


def lines_of(rows: Iterable[Commendation]) -> list[dict[str, Any]]:
    """Nominations as JSON for a signed review; labels of a status may change later."""
    return [
        {
            "subject": one.achievement.subject,
            "what": one.achievement.what,
            "form": str(one.form),
            "status": str(one.get_status_display()),
            "is_declined": one.status == Status.DECLINED,
        }
        for one in rows
    ]
