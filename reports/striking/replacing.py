"""One proposal, and striking out what was chosen of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

TELLER = "[người báo tin]"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """These words (at `start` to `end` of the text as written), why, and what to put instead.

    What tells of the teller is ticked beforehand; names and plates of others may be what the tip
    is about, so they are offered only.
    """

    start: int
    end: int
    words: str
    kind: str
    why: str
    replacement: str
    is_ticked: bool = True


def apply(text: str, chosen: Iterable[Suggestion]) -> str:
    """The text with the chosen words replaced; where choices overlap no letter of them stays.

    Raises ValueError for a choice that was made of another text.
    """
    kept, at, last = [], 0, ""
    for one in joined(chosen, text):
        between = text[at : one.start]
        if between.strip() or one.replacement != last:
            kept += [between, one.replacement]
        at, last = one.end, one.replacement
    return "".join([*kept, text[at:]])


def joined(chosen: Iterable[Suggestion], text: str) -> list[Suggestion]:
    """In the order of the text, those that overlap as one: the words of all, the reason of the
    longest. Raises ValueError for a choice of another text."""
    found: list[Suggestion] = []
    for one in sorted(set(chosen), key=lambda one: (one.start, -one.end)):
        if not 0 <= one.start < one.end or text[one.start : one.end] != one.words:
            raise ValueError("a choice of another text")
        if not found or found[-1].end <= one.start:
            found.append(one)
            continue
        before = found[-1]
        longer = one if one.end - one.start > before.end - before.start else before
        end = max(before.end, one.end)
        found[-1] = replace(
            longer,
            start=before.start,
            end=end,
            words=text[before.start : end],
            is_ticked=before.is_ticked or one.is_ticked,
        )
    return found


def whys() -> dict[str, tuple[str, str]]:
    """For each kind the reason that is shown and what stands there instead."""
    return {
        "phone": (_("Số điện thoại: gọi là biết của ai."), "[số điện thoại]"),
        "national_id": (_("Số giấy tờ của một người."), "[số giấy tờ]"),
        "passport": (_("Số giấy tờ của một người."), "[số giấy tờ]"),
        "insurance": (_("Số giấy tờ của một người."), "[số giấy tờ]"),
        "card": (_("Số thẻ ngân hàng."), "[số thẻ]"),
        "bank_account": (
            _("Số tài khoản ngân hàng: chỉ giữ nếu là tài khoản của kẻ lừa đảo."),
            "[số tài khoản]",
        ),
        "plate": (_("Biển số xe: chỉ giữ nếu là xe liên quan đến vụ việc."), "[biển số xe]"),
        "minor": (_("Tên trẻ em: không nêu."), "[một cháu bé]"),
        "name": (_("Tên một người: chỉ giữ nếu cần cho việc xác minh."), "[họ tên]"),
        "email": (_("Địa chỉ thư điện tử."), "[thư điện tử]"),
        "link": (_("Đường dẫn có thể mở ra trang riêng của người báo tin."), "[đường dẫn]"),
        "nick": (_("Tên trên mạng xã hội."), "[tên trên mạng]"),
        "self_name": (_("Người báo tin tự xưng tên."), TELLER),
        "self": (_("Câu nói người báo tin là ai."), TELLER),
        "signature": (_("Chữ ký, họ tên, nơi ở ở cuối."), TELLER),
        "kin": (_("Người thân của người báo tin: hỏi ra là biết."), "[người thân]"),
        "class": (_("Lớp, trường của con cháu người báo tin."), "[con của người báo tin]"),
        "work": (_("Chỗ làm, nghề của người báo tin."), TELLER),
        "home": (_("Chỗ ở của người báo tin so với nơi xảy ra."), "[người dân gần đó]"),
        "house": (_("Nhà, vườn, đồ đạc của người báo tin."), "[nhà dân]"),
        "address": (_("Số nhà, địa chỉ: chỉ giữ nếu là nơi xảy ra vụ việc."), "[địa chỉ]"),
        "mention": (
            _("Câu này có thể nói về người báo tin: hãy đọc lại."),
            TELLER,
        ),
        "only": (_("Chỉ người báo tin mới biết việc này."), TELLER),
        "moment": (
            _("Lúc ấy người báo tin làm gì, gặp ai: người bị phản ánh có thể nhớ ra."),
            "[lúc đó]",
        ),
    }
