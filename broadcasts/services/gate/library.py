"""What a post made from the library of procedures may still say on the day it leaves.

The edition is asked again each time: superseded, reopened, stale or out of force since the post was
written, what to bring may be wrong, and a fee certainly must not leave.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from broadcasts.models import Broadcast
from groups.disclosure.findings import Hit, Level, key_of
from procedures.models import Edition
from procedures.rendering import FeeNotVerified, fee_for_post, told_fees, why_not_sendable
from procedures.wording import amounts_in

_SENTENCE = re.compile(r"(?:[^\n.;!?]|[.;!?](?!\s|$))+", re.UNICODE)
_ABOUT_A_FEE = re.compile(r"\bphí\b|\bmức thu\b", re.IGNORECASE)


def edition_of(broadcast: Broadcast) -> Edition | None:
    """The edition that a post was made from, as it stands now."""
    if broadcast.edition_id is None:
        return None
    rows = Edition.objects.select_related("procedure").prefetch_related("fees")
    return rows.get(pk=broadcast.edition_id)


def library(broadcast: Broadcast, day: date) -> list[Hit]:
    """Findings about the edition behind a post and about each amount of money in its text."""
    edition = edition_of(broadcast)
    if edition is None:
        return []
    return [*_edition(edition, day), *_amounts(broadcast.text, edition, day)]


def _edition(edition: Edition, day: date) -> list[Hit]:
    """An edition that no machine may tell: a person says with what the post was compared."""
    why = why_not_sendable(edition, day)
    if not why:
        return []
    if edition.status == Edition.Status.SUPERSEDED:
        why = f"{edition} đã được thay thế."
    said = (
        f"Bài soạn từ thư viện thủ tục, nhưng {why} Hãy soạn lại từ bản đang dùng; nếu bài vẫn "
        "đúng, hãy ghi đã đối chiếu với trang, văn bản nào."
    )
    state = (edition.pk, edition.status, edition.reopened_at, edition.verified_on)
    key = key_of("procedure", "text", " ".join(map(str, state)))
    return [Hit("procedure", Level.REASON, f"bản {edition.number}", said, key=key)]


def _amounts(text: str, edition: Edition, day: date) -> Iterator[Hit]:
    """Money that is no verified fee of the day: stopped as a fee, to be explained as another."""
    told = {amount for fee in told_fees(edition, day) for amount in (fee.direct, fee.online)}
    known = {amount for fee in edition.fees.all() for amount in (fee.direct, fee.online)}
    said_text = unicodedata.normalize("NFC", text)
    for start, end, amount in amounts_in(said_text):
        if amount in told:
            continue
        words = said_text[start:end]
        key = key_of("fee", "text", f"{edition.pk} {words}")
        if amount in known or _ABOUT_A_FEE.search(_sentence_around(said_text, start)):
            said = f"“{words}”: {_why_no_fee(edition, day)} Hãy bỏ số tiền này khỏi bài."
            hit = Hit("fee", Level.BLOCK, words, said, key=key)
        else:
            said = f"“{words}”: thư viện thủ tục không có số tiền này. Hãy ghi lấy từ văn bản nào."
            hit = Hit("fee", Level.REASON, words, said, key=key)
        yield replace(hit, start=start, end=end) if said_text == text else hit


def _sentence_around(text: str, at: int) -> str:
    for sentence in _SENTENCE.finditer(text):
        if sentence.start() <= at < sentence.end():
            return sentence[0]
    return ""


def _why_no_fee(edition: Edition, day: date) -> str:
    try:
        fee_for_post(edition, day)
    except FeeNotVerified as refusal:
        return str(refusal)
    return f"Đây không phải mức thu đã kiểm chứng, còn áp dụng ngày {day:%d/%m/%Y}."
