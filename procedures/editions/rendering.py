"""Rendering of an edition: chat message, lines of a page, fee for a post.

Only fees that are verified and in force on the day are published.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts.models import Commune
from procedures.editions.models import Edition
from procedures.editions.parts import DossierItem, Fee
from procedures.library.querysets import is_in_force
from procedures.library.wording import clip, lower_first

MOST_LETTERS: Final = 2000
_LINE: Final = 280
NATIONAL_PORTAL: Final = "dichvucong.gov.vn"
FEE_ELSEWHERE: Final = f"xem trên {NATIONAL_PORTAL} hoặc hỏi Công an xã"


class NotSendable(Exception):
    """The edition may not be sent today; the message says why, for an officer."""


class FeeNotVerified(Exception):
    """No fee of this edition may be published on the day; the message says why, for an officer."""


@dataclass(frozen=True)
class Line:
    """One line of an answer: what it is about, and the words."""

    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"


def why_not_sendable(edition: Edition, today: date) -> str:
    """Sentence why this edition may not be sent today; blank when it may."""
    if edition.status != Edition.Status.PUBLISHED:
        return f"{edition} chưa phải là bản đang dùng."
    if not edition.procedure.is_active or not edition.is_in_force(today):
        return f"{edition} không áp dụng vào ngày {today:%d/%m/%Y}."
    if edition.is_stale(today):
        return f"{edition} kiểm chứng đã quá lâu. Hãy kiểm chứng lại rồi dùng."
    if edition.reopened_at is not None:
        return f"{edition} đang được rà soát lại: {edition.reopened_because}."
    return ""


def verified_fees(edition: Edition, today: date) -> list[Fee]:
    """Fees that may be published on a day: verified and in force, of a sendable edition."""
    if why_not_sendable(edition, today):
        return []
    return [fee for fee in edition.fees.all() if fee.is_verified and is_in_force(fee, today)]


def fee_words(fees: Iterable[Fee]) -> str:
    """Fees one after the other, each with its case and its last day."""
    return "; ".join(map(str, fees))


def fee_for_post(edition: Edition, today: date) -> str:
    """The fee as a post of this day may quote it.

    Raises FeeNotVerified where the edition may not be sent, or no verified fee is in force.
    """
    if why := why_not_sendable(edition, today):
        raise FeeNotVerified(f"Không ghi lệ phí vào bài: {why}")
    fees = verified_fees(edition, today)
    if not fees:
        raise FeeNotVerified(
            f"Không ghi lệ phí vào bài: {edition.procedure} chưa có mức thu đã kiểm chứng, còn áp "
            f"dụng ngày {today:%d/%m/%Y}."
        )
    return fee_words(fees)


def place_words(edition: Edition, today: date, commune: Commune | None) -> str:
    """Place of application; for procedures of the commune's police with their place and hours."""
    parts = [edition.where.strip().rstrip(".")] if edition.where.strip() else []
    profile = commune.profile_on(today) if commune is not None else None
    if profile is not None and edition.procedure.is_at_commune:
        parts += [profile.reception_place] if profile.reception_place else []
        parts += [f"Giờ tiếp dân: {profile.opening_hours}"] if profile.opening_hours else []
    return ". ".join(part.rstrip(".") for part in parts)


def dossier_words(edition: Edition) -> str:
    """Documents for everybody, then those of each case."""
    parts = []
    for case, items in dossier_by_case(edition).items():
        names = [item.name for item in items]
        parts.append(f"{case}: {'; '.join(map(lower_first, names))}" if case else "; ".join(names))
    return ". ".join(parts)


def dossier_by_case(edition: Edition) -> dict[str, list[DossierItem]]:
    """Documents of a dossier by case; first, under "", those for everybody."""
    cases: dict[str, list[DossierItem]] = {"": []}
    for item in edition.dossier.all():
        cases.setdefault(item.case, []).append(item)
    return {case: items for case, items in cases.items() if items}


def lines(edition: Edition, today: date, *, commune: Commune | None = None) -> list[Line]:
    """Known facts of an edition: place, documents, time limits, fee, online."""
    found = [
        Line("Nơi làm", place_words(edition, today, commune)),
        Line("Hồ sơ", dossier_words(edition)),
        Line("Thời hạn", "; ".join(str(limit) for limit in edition.time_limits.all())),
        Line("Lệ phí", fee_line(edition, today)),
        Line("Làm trực tuyến", edition.online.strip()),
    ]
    return [line for line in found if line.text]


def fee_line(edition: Edition, today: date) -> str:
    """Fees that may be published; where a case has none, where to look it up."""
    fees = verified_fees(edition, today)
    if not fees:
        return FEE_ELSEWHERE
    untold = any(is_in_force(fee, today) for fee in edition.fees.all() if not fee.is_verified)
    more = f"; trường hợp khác {FEE_ELSEWHERE}" if untold else ""
    return f"{fee_words(fees)}{more}"


def answer(
    edition: Edition,
    today: date,
    *,
    commune: Commune | None = None,
    by_officer: bool = False,
    closing: str = "",
) -> str:
    """One chat message of at most 2,000 letters, plain text; parts should be prefetched.

    With `by_officer` a person answers for it, and an edition that may not be sent is marked as one
    to be checked. Raises NotSendable otherwise. `closing` is a last line.
    """
    why = why_not_sendable(edition, today)
    if why and not by_officer:
        raise NotSendable(why)
    checked = f", rà soát ngày {edition.verified_on:%d/%m/%Y}" if edition.verified_on else ""
    doubt = "Nội dung này đang được rà soát lại." if why else ""
    end = (
        f"Xem đủ: {edition.link or NATIONAL_PORTAL}\n"
        f"Kiểm tra lại trên {NATIONAL_PORTAL}. Bản {edition.number}{checked}."
    )
    profile = commune.profile_on(today) if commune is not None else None
    duty = f"Hỏi thêm, gọi trực ban: {profile.duty_phone}" if profile and profile.duty_phone else ""
    facts = lines(edition, today, commune=commune)
    labelled = [f"{line.label}: {clip(line.text, _LINE)}" for line in facts]
    head = [edition.procedure.name.upper(), doubt, edition.short_answer.strip()]
    body = "\n\n".join(("\n".join(filter(None, head)), "\n".join(labelled)))
    tail = "\n".join(filter(None, (duty, end, closing)))
    return f"{clip(body, MOST_LETTERS - len(tail) - 2)}\n\n{tail}"
