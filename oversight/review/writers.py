"""Authors of the texts of a review, who may hand it in but not sign it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst

from accounts.models import User
from accounts.workflow.four_eyes import is_writer
from oversight.review.models import ReviewWriter, YearlyReview

# Names of the texts of the commune, inside sentences.
PARTS = {
    "strengths": "kết quả nổi bật, ưu điểm",
    "shortcomings": "tồn tại, hạn chế",
    "causes": "nguyên nhân",
    "proposals": "kiến nghị, phương hướng",
}
# The same as headings.
HEADINGS = {name: capfirst(label) for name, label in PARTS.items()}
SIGNS = "oversight.sign_yearlyreview"
LAST_ONE = (
    "Chỉ còn đồng chí chưa viết nên ký được bản này. Đồng chí mà viết hoặc trình thì phải có chỉ "
    "huy khác, chưa viết mục nào, mới ký được."
)


def record(row: ReviewWriter, text: str) -> None:
    """Record the author of a text of the commune or of a hamlet; an empty text has none."""
    about: dict[str, Any] = {"review": row.review, "name": row.name, "part": row.part}
    if text:
        ReviewWriter.objects.get_or_create(**about, user=row.user)
    else:
        ReviewWriter.objects.filter(**about).delete()


def written_by(review: YearlyReview, user: User) -> list[str]:
    """Names of the present texts written by this account."""
    rows = ReviewWriter.objects.filter(review=review, user=user).select_related("part__hamlet")
    names = {row.name for row in rows}
    texts = [words for name, words in PARTS.items() if name in names]
    return texts + sorted(f"phần của {row.part.hamlet}" for row in rows if row.part)


def names_of(review: YearlyReview) -> list[str]:
    """Names of the authors of the assessment."""
    rows = review.writers.filter(part=None).select_related("user").order_by("pk")
    return list(dict.fromkeys(str(row.user) for row in rows))


def refusal(review: YearlyReview, user: User) -> str:
    """Reason why this account may not sign; empty if it wrote nothing."""
    if wrote := written_by(review, user):
        return (
            f"Đồng chí đã viết: {'; '.join(wrote)}. Người viết không tự ký: hãy để chỉ huy khác, "
            "chưa viết mục nào, ký."
        )
    if is_writer(user, review.written_by_id, review.assessed_by_id):
        return "Người viết, người trình không tự ký. Hãy để chỉ huy khác ký."
    return ""


def is_last_to_sign(review: YearlyReview, user: User) -> bool:
    """Whether this account is the only signer who has not written."""
    signing: Iterable[int] = User.objects.with_perm(
        SIGNS, include_superusers=False, backend="django.contrib.auth.backends.ModelBackend"
    ).filter(commune=review.commune_id, is_active=True).values_list("pk", flat=True)  # fmt: skip
    wrote = set(review.writers.values_list("user", flat=True))
    return bool(wrote) and set(signing) - wrote - {review.assessed_by_id} == {user.pk}


def not_by(user: User) -> Q:
    """Reviews neither written in nor handed in by this account."""
    wrote = ReviewWriter.objects.filter(user=user.pk).values("review")
    return ~Q(pk__in=wrote) & ~Q(written_by=user.pk) & ~Q(assessed_by=user.pk)
