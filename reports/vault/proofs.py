"""Two officers' proofs of an opening: stored as the vault verified them, demanded before it opens.

In the vault alone.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.vault.errors import ForgedCall, ProofRefused
from accounts.vault.proofs import checking, memory
from accounts.vault.proofs.checking import Given
from reports.vault.models import IdentityOpening
from reports.vault.proof_models import OpeningProof

Act = OpeningProof.Act
LOOK_FOR: Final = timedelta(minutes=15)
UNPROVEN: Final = (
    "Lần mở này không có đủ hai lần chứng minh của hai người mà kho niêm phong đã kiểm tra, nên "
    "kho không mở. Hãy kết thúc rồi gửi đề nghị mới; chỉ huy đã được báo."
)
LOOK_AGAIN: Final = "Hãy nhập mã 6 số: mỗi lần nhập mã được xem lại trong 15 phút."


def prove(opening: IdentityOpening, act: Act, *, by: User, given: Given) -> OpeningProof:
    """Check what was given for this act on this opening and store the proof. In the transaction of
    the act. Raises ProofRefused, ForgedCall.
    """
    return store(opening, act, by=by, key=checking.check(by, given, *aim_of(opening, act)).uuid)


def aim_of(opening: IdentityOpening, act: str) -> tuple[str, ...]:
    """The words that a passkey proves: the act, this opening and its tip."""
    return act, str(opening.uuid), str(opening.tip.uuid)


def store(opening: IdentityOpening, act: Act, *, by: User, key: UUID) -> OpeningProof:
    """Write down a proof that was verified."""
    row = OpeningProof.objects.filter(opening=opening, act=act).first() or OpeningProof(
        opening=opening, act=act
    )
    row.user, row.key, row.at = by, key, timezone.now()
    row.opening = opening
    row.make_mark()
    row.save()
    return row


def require_asked(opening: IdentityOpening) -> None:
    """Raise ForgedCall unless who asked has proven it."""
    if OpeningProof.of(opening, Act.ASK, opening.asked_by_id) is None:
        raise ForgedCall(UNPROVEN)


def require_both(opening: IdentityOpening, now: datetime) -> None:
    """Raise ForgedCall unless two accounts have proven this very opening, within its 24 hours."""
    if not OpeningProof.has_both(opening, now):
        raise ForgedCall(UNPROVEN)


def look(opening: IdentityOpening, *, by: User, given: Given) -> None:
    """Prove a look, or find one proven a short while ago: a page that is loaded again sends the
    same proof. Raises ProofRefused, ForgedCall.
    """
    last = opening.proofs.filter(act=Act.LOOK, user=by).first()
    if last is not None and timezone.now() < last.at + LOOK_FOR:
        if not last.is_sound:
            raise ForgedCall(UNPROVEN)
        return
    if not given:
        raise ProofRefused(LOOK_AGAIN)
    prove(opening, Act.LOOK, by=by, given=given)


def look_once(opening: IdentityOpening, *, by: User, given: Given) -> None:
    """Prove the one look that this opening gives. Raises ProofRefused, ForgedCall."""
    prove(opening, Act.LOOK, by=by, given=given)
    if not memory.use(by.pk, "look", str(opening.uuid)):
        raise ForgedCall(UNPROVEN)


def is_fresh(opening: IdentityOpening, *, by: User, now: datetime) -> bool:
    """Whether a page need not ask for a proof of a look, by what the row says; anywhere."""
    return opening.proofs.filter(act=Act.LOOK, user=by, at__gt=now - LOOK_FOR).exists()
