"""Nomination of informants by token, without a name.

Only an account with the identity of the tip open, approved by a second person, makes the token or
finds it again; nothing leads from the token to the tip (docs/decisions/0086). All of it runs in the
vault, which alone makes the hashes.
"""

import secrets
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.encryption.services import blind_index
from accounts.models import User
from accounts.services import NotAllowed
from accounts.vault.indexes import vault_index
from oversight.commendations import checks
from oversight.commendations import services as commendations
from oversight.commendations.models import (
    Achievement,
    Commendation,
    CommendationForm,
    InformantLink,
    ThankedMark,
)
from oversight.review.models import YearlyReview
from reports.models import IdentityOpening, OpeningProof, TipReport

RIGHT = "oversight.nominate_informant"
# Without signs that are confused when read aloud.
ALPHABET = "ACDEFHJKMNPQRTUVWXY34679"
# An occasion in free words could reveal the tip.
OCCASIONS = ("Khen thưởng đột xuất", "Ngày hội Toàn dân bảo vệ an ninh Tổ quốc")
NOT_OPEN = (
    "Chỉ người đang được mở danh tính của phản ánh mới đề nghị khen hoặc xem mã. Hãy đề nghị mở "
    "danh tính ở trang phản ánh."
)
ALREADY_NOMINATED = (
    "Người báo tin của phản ánh này vừa được đề nghị khen. Hãy mở lại trang để xem mã."
)
THANKED = "Người báo tin của phản ánh này đã được khen. Mỗi thành tích khen một lần."
FORGOTTEN = (
    "Danh tính người báo tin của phản ánh này đã xóa theo hạn lưu, nên không đề nghị khen được nữa."
)


@dataclass(frozen=True)
class Opened:
    """A tip whose identity this account has open, and the token of its reporter, if any.

    `refusal`: why the reporter cannot be nominated (again): a nomination is open, a commendation
    was given (also in a year whose links are removed), or the identity is deleted.
    """

    tip: TipReport
    token: str
    refusal: str = ""

    @property
    def is_free(self) -> bool:
        return not self.refusal


def opened_by(user: User) -> list[Opened]:
    """Tips whose identity this account has open now."""
    if not user.has_perm(RIGHT):
        return []
    now = timezone.now()
    leaves = IdentityOpening.objects.filter(
        asked_by=user.pk, state="approved", until__gt=now, aim=IdentityOpening.Aim.IDENTITY
    )
    proven = [
        leave.tip_id
        for leave in leaves.prefetch_related("proofs")
        if OpeningProof.has_both(leave, now)
    ]
    tips = TipReport.objects.visible_to(user).filter(pk__in=proven).order_by("pk")
    indexes = {tip: indexes_of(tip.uuid) for tip in tips}
    links = InformantLink.objects.filter(tip_index__in=list(chain(*indexes.values())))
    tokens = dict(links.values_list("tip_index", "achievement__token"))
    asked = Commendation.objects.filter(achievement__token__in=tokens.values())
    open_tokens = set(asked.exclude(status="declined").values_list("achievement__token", flat=True))
    # Read after the links: a link removed meanwhile is found by its mark.
    marks = {tip: marks_of(tip.uuid) for tip in tips}
    known = ThankedMark.objects.filter(mark__in=list(chain(*marks.values())))
    thanked = set(known.values_list("mark", flat=True))
    with_vault = set(tips.with_vault().values_list("pk", flat=True))
    found = []
    for tip, of_tip in indexes.items():
        token = next((tokens[index] for index in of_tip if index in tokens), "")
        refusal = ""
        if token in open_tokens:
            refusal = (
                f"Người báo tin của phản ánh này đã có mã {token}. Mỗi thành tích khen một lần."
            )
        elif not thanked.isdisjoint(marks[tip]):
            refusal = THANKED
        elif tip.pk not in with_vault:
            refusal = FORGOTTEN
        found.append(Opened(tip, token, refusal))
    return found


@transaction.atomic
def nominate(
    tip: TipReport, *, by: User, kind: str, what: str, form: CommendationForm,
    review: YearlyReview | None = None, occasion: str = "",
) -> Commendation:  # fmt: skip
    """Nominate the reporter of a tip by token. Raises NotAllowed.

    Neither the row nor the audit trail says who nominated, for what tip, or at what minute. After
    a refusal the token stays the same, with the new sentence and kind.
    """
    opened = next((one for one in opened_by(by) if one.tip.pk == tip.pk), None)
    if opened is None:
        raise NotAllowed(NOT_OPEN)
    if opened.refusal:
        raise NotAllowed(opened.refusal)
    if review is None and occasion not in OCCASIONS:
        raise NotAllowed("Hãy chọn kỳ tổng kết, hoặc một dịp khen trong danh sách.")
    if refusals := checks.sentence_refusals(what, tip.commune):
        raise NotAllowed(" ".join(refusals))
    year = review.year if review else timezone.localdate().year
    achievement = _declined(opened.token) if opened.token else _new(tip, year)
    achievement.kind, achievement.what = kind, what
    commendations.check_kind(achievement)
    try:
        with transaction.atomic():
            achievement.save()
            index = index_of(tip.uuid)
            InformantLink.objects.update_or_create(
                achievement=achievement, defaults={"tip_index": index}
            )
    except IntegrityError as error:
        raise NotAllowed(ALREADY_NOMINATED) from error
    made = commendations.put_forward(
        achievement, form=form, by=None, review=review, occasion=occasion
    )
    audit.record("commendation.nominated", by=by)
    return made


def _new(tip: TipReport, year: int) -> Achievement:
    informant = Achievement.Subject.INFORMANT
    return Achievement(commune=tip.commune, subject_kind=informant, token=_token(), year=year)


def _declined(token: str) -> Achievement:
    """Lock the achievement of a token whose nominations were all declined. Raises NotAllowed."""
    achievement = Achievement.objects.select_for_update(of=("self",)).get(token=token)
    if achievement.commendations.exclude(status="declined").exists():
        raise NotAllowed(ALREADY_NOMINATED)
    return achievement


def _token() -> str:
    """Return a random token `NBT-XXXX-XXXX`."""
    parts = ("".join(secrets.choice(ALPHABET) for _sign in range(4)) for _part in range(2))
    return f"NBT-{'-'.join(parts)}"


OF_TIP, OF_MARK = "commendation.informant", "commendation.thanked"


def index_of(uuid: UUID) -> str:
    """Keyed hash of a tip, for `InformantLink`."""
    return vault_index(str(uuid), purpose=OF_TIP)


def mark_of(index: str) -> str:
    """Keyed hash for `ThankedMark`; differs from the index in any copy of the database."""
    return vault_index(index, purpose=OF_MARK)


def old_index_of(uuid: UUID) -> str:
    """The hash of before the vault, for rows not hashed anew yet."""
    return blind_index(str(uuid), purpose="commendation.informant")


def indexes_of(uuid: UUID) -> list[str]:
    """All that a link to this tip may hold."""
    return [index_of(uuid), old_index_of(uuid)]


def marks_of(uuid: UUID) -> list[str]:
    """All that a mark of this tip may be."""
    old = old_index_of(uuid)
    return [mark_of(index_of(uuid)), mark_of(old), blind_index(old, purpose="commendation.thanked")]
