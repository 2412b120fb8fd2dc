"""Putting forward whoever told a tip, without a name: a token, and a link that nobody reads back.

Only who has the identity of the tip open, with another person's yes, makes the token or finds it
again; from the token nothing leads to the tip (docs/decisions/0086).
"""

import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.encryption import blind_index
from accounts.models import User
from accounts.services import NotAllowed
from oversight.models import (
    Achievement,
    Commendation,
    CommendationForm,
    InformantLink,
    YearlyReview,
)
from oversight.review import commendations, neutral
from reports.models import IdentityOpening, TipReport

RIGHT = "oversight.nominate_informant"
# Without the signs that are taken for one another when a token is read out.
ALPHABET = "ACDEFHJKMNPQRTUVWXY34679"
# An occasion in free words would tell of the tip.
OCCASIONS = ("Khen thưởng đột xuất", "Ngày hội Toàn dân bảo vệ an ninh Tổ quốc")
NOT_OPEN = (
    "Chỉ người đang được mở danh tính của phản ánh mới đề nghị khen hoặc xem mã. Hãy đề nghị mở "
    "danh tính ở trang phản ánh."
)
TAKEN = "Người báo tin của phản ánh này vừa được cấp mã. Hãy mở lại trang để xem mã."


@dataclass(frozen=True)
class Opened:
    """A tip whose identity this account has open now, and the token of its reporter, if any."""

    tip: TipReport
    token: str


def opened_by(user: User) -> list[Opened]:
    """What this account may put forward, or look up: tips whose identity it has open now."""
    if not user.has_perm(RIGHT):
        return []
    leaves = IdentityOpening.objects.filter(
        asked_by=user.pk, state="approved", until__gt=timezone.now()
    )
    tips = TipReport.objects.visible_to(user).filter(pk__in=leaves.values("tip")).order_by("pk")
    indexes = {tip.pk: _index(tip) for tip in tips}
    found = InformantLink.objects.filter(tip_index__in=indexes.values())
    tokens = dict(found.values_list("tip_index", "achievement__token"))
    return [Opened(tip, tokens.get(indexes[tip.pk], "")) for tip in tips]


@transaction.atomic
def nominate(
    tip: TipReport, *, by: User, kind: str, what: str, form: CommendationForm,
    review: YearlyReview | None = None, occasion: str = "",
) -> Commendation:  # fmt: skip
    """Whoever told this tip, by token. Raises NotAllowed.

    Neither the row nor the trail says who put forward, for what tip, or at what minute.
    """
    allowed = {one.tip.pk: one.token for one in opened_by(by)}
    if tip.pk not in allowed:
        raise NotAllowed(NOT_OPEN)
    if token := allowed[tip.pk]:
        raise NotAllowed(
            f"Người báo tin của phản ánh này đã có mã {token}. Mỗi thành tích khen một lần."
        )
    if review is None and occasion not in OCCASIONS:
        raise NotAllowed("Hãy chọn kỳ tổng kết, hoặc một dịp khen trong danh sách.")
    if said := neutral.refusals(what, tip.commune):
        raise NotAllowed(" ".join(said))
    today = timezone.localdate()
    achievement = Achievement(
        commune=tip.commune, subject_kind=Achievement.Subject.INFORMANT, kind=kind, what=what,
        token=_token(), year=review.year if review else today.year,
    )  # fmt: skip
    commendations.check_kind(achievement)
    try:
        with transaction.atomic():
            achievement.save()
            InformantLink.objects.create(achievement=achievement, tip_index=_index(tip))
    except IntegrityError as error:
        raise NotAllowed(TAKEN) from error
    made = commendations.put_forward(
        achievement, form=form, by=None, review=review, occasion=occasion
    )
    audit.record("commendation.nominated", by=by)
    return made


def _token() -> str:
    """Random, of nothing."""
    parts = ("".join(secrets.choice(ALPHABET) for _sign in range(4)) for _part in range(2))
    return f"NBT-{'-'.join(parts)}"


def _index(tip: TipReport) -> str:
    return blind_index(str(tip.uuid), purpose="commendation.informant")
