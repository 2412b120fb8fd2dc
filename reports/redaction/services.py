"""Propose and apply redactions of a resident's words: the machine proposes, a person chooses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from content_rules.engine.reading import Reading, read
from content_rules.names.full import full_names
from content_rules.rulebook import find
from reports.redaction.patterns import vietnamese
from reports.redaction.self_descriptions import mentions, of_the_teller

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
    parts, at, last = [], 0, ""
    for one in joined(chosen, text):
        between = text[at : one.start]
        if between.strip() or one.replacement != last:
            parts += [between, one.replacement]
        at, last = one.end, one.replacement
    return "".join([*parts, text[at:]])


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


_NUMBERS = frozenset({"national_id", "passport", "insurance", "card", "minor"})
_MINE = vietnamese(
    r"\b(?:tôi|tui|mình|em|cháu)\b[^.!?\n]{0,20}$|"
    r"\b(?:của|nhà|gặp|gọi|liên hệ) (?:tôi|tui|em|cháu)\b[^.!?\n]{0,30}$"
)
# A number from which somebody was called, or which another person owns.
_THEIRS_BEFORE = vietnamese(
    r"\b(?:số (?:điện thoại )?lạ|số (?:của )?(?:nó|hắn|họ|chúng)|"
    r"(?:gọi|nhắn)(?: tin)? (?:từ|bằng) số|"
    r"của (?:nó|hắn|ổng|bả|họ|chúng|đối tượng|kẻ))\b[^.!?\n]{0,25}$"
)
_THEIRS_AFTER = vietnamese(
    r"[^.!?\n\d]{0,12}\b(?:gọi|nhắn)(?: điện| tin)?(?: đến| tới| cho| vào)?[^.!?\n]{0,25}"
    r"\b(?:tự xưng|lừa|đòi|dọa|đe|yêu cầu|mạo|giả|xưng|nói là|kêu)\b|"
    r"[^.!?\n\d]{0,6}\b(?:tự xưng|lừa đảo|mạo danh)\b"
)
_MY_THING = vietnamese(
    r"\b(?:xe|số xe|biển số|biển) (?:xe )?(?:của )?(?:tôi|tui|em|mình)\b[^.,;\n]{0,20}$"
)
_MY_ACCOUNT = vietnamese(
    r"\b(?:tài khoản|stk|số tk|tk|thẻ)(?: ngân hàng)? (?:của )?(?:tôi|tui|em|mình)\b[^.;\n]{0,25}$"
)
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}\b", re.IGNORECASE
)
_LINK = re.compile(
    r"\bhttps?://[^\s<>\"“”]{3,300}|\bwww\.[^\s<>\"“”]{3,300}|"
    r"\b(?:facebook|fb|zalo|tiktok|youtube|instagram|m|t)\.(?:com|me|vn)/[^\s<>\"“”]{1,300}",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}…"
_NICK = re.compile(
    r"\b(?P<before>(?:[Nn]hóm|[Nn]hom|[Gg]roup|[Hh]ội|[Tt]rang|[Pp]age|[Kk]ênh)\s)?"
    r"(?:[Zz]alo|ZALO|[Ff]acebook|FB|[Ff]b|[Ff]ace|[Tt]ik ?[Tt]ok|[Nn]ick|[Mm]essenger|[Tt]elegram|"
    r"[Vv]iber)(?:\s(?:của|cua|tôi|toi|em|mình|tên|ten|là|la|nick))*[ :]{1,3}"
    r"(?P<name>\w[\w.]*(?:\s\w+){0,3})"
)
_HANDLE = re.compile(r"[a-z0-9]+[._][\w.]{2,40}|[a-z]+\d{2,}\w*")
_ADDRESS = vietnamese(
    r"\b(?:(?:ở |ngụ |tại )?(?:tổ|hẻm|lô|dãy trọ) \d{1,4}[a-z]?\b|"
    r"(?:(?:nhà|căn nhà|căn|phòng(?: trọ)?|lô|ki ?ốt|hẻm|ngõ|dãy)(?: (?:tôi|em|tui|mình))?"
    r"(?: ở)? )?số(?: nhà)? \d{1,4}[a-z]?(?:/\d{1,4}[a-z]?){0,4}\b"
    r"(?!\s?(?:giờ|h\b|phút|người|lần|tháng|tuần)))"
    r"(?:,? (?:đường|hẻm|ngõ|kiệt|tổ|dãy trọ|dãy|lô|khu phố|khu|ấp|thôn|xóm|kp)"
    r" (?:\d{1,3}[a-z]?\b|[^\s.,;]{1,12}(?: [^\W\d_]{1,10})?))*"
)
_LIVES = vietnamese(
    r"\b(?:nhà|địa chỉ|chỗ ở|phòng|phòng trọ|trọ|chỗ) (?:của )?(?:tôi|tui|em|mình|cháu)\b|"
    r"\b(?:tôi|tui|em|mình|cháu) (?:đang |hiện )?(?:ở|sống|ngụ|trọ|thuê|trú)\b"
)
_GOES_ON = vietnamese(r"^\s*(?:nhà ở|hiện ở|hiện ngụ|ngụ|ở|trú|địa chỉ|nhà|trọ)\b")
_INTRODUCED = vietnamese(r"\b(?:tôi|tui|em|mình|cháu) (?:tên|là)\b[^.!?\n,]*,?$")
_CLAUSE_END = re.compile(r"[.!?;,\n](?!\d)")
_FAR = 200
# A place whose number stands behind what was found: “cuối ngõ” of “cuối ngõ 7”, “hẻm 12” of “12/4”.
_NUMBERED = vietnamese(
    r"\b(?:hẻm|ngõ|ngách|kiệt|đường|tổ|ấp|lô|số|phòng|khu phố|kp|xóm|thôn|dãy(?: trọ)?|căn)$"
)
_NUMBER = re.compile(r"\s?\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?)*(?![\w/])", re.IGNORECASE)
_SLASHED = re.compile(r"(?:/\d{1,4}[a-z]?)+(?![\w/])", re.IGNORECASE)
_OF_PLACES = frozenset({"home", "house", "address"})


def suggestions(text: str) -> list[Suggestion]:
    """Propose redactions of these words, in their order, without overlaps.

    Everything that points to the reporter is ticked; the rest is offered.
    """
    reading = read(text)
    reasons = whys()
    found = []
    for kind, first, last, is_ticked in _places(text, reading):
        if kind in _OF_PLACES:
            last = _with_its_number(reading.text, first, last)
        start, end = reading.place(first, last)
        words = text[start:end]
        start += len(words) - len(words.lstrip())
        words = words.strip()
        if words:
            found.append(
                Suggestion(start, start + len(words), words, kind, *reasons[kind], is_ticked)
            )
    ticked = joined((one for one in found if one.is_ticked), text)
    covered = bytearray(len(text))
    for one in ticked:
        covered[one.start : one.end] = b"\1" * (one.end - one.start)
    others = [one for one in found if not one.is_ticked and not any(covered[one.start : one.end])]
    for one in others:
        covered[one.start : one.end] = b"\1" * (one.end - one.start)
    offered = [*joined(others, text), *_mentions(text, reading, covered)]
    return sorted([*ticked, *offered], key=lambda one: one.start)


def _mentions(text: str, reading: Reading, covered: bytearray) -> Iterator[Suggestion]:
    """Offer the rest of each clause that may be about the reporter, around the other proposals."""
    reason = whys()["mention"]
    for first, last in mentions(reading):
        start, end = reading.place(first, last)
        for rest in re.finditer(rb"\0+", covered[start:end]):
            piece = text[start + rest.start() : start + rest.end()]
            words = piece.strip(" ,;:\n\t")
            if words and any(letter.isalpha() for letter in words):
                at = start + rest.start() + piece.index(words)
                yield Suggestion(at, at + len(words), words, "mention", *reason, False)


def _places(text: str, reading: Reading) -> Iterator[tuple[str, int, int, bool]]:
    """Kind, place in the plain form, and whether it is ticked."""
    for kind, start, end in of_the_teller(reading):
        yield kind, start, end, True
    yield from _found_by_the_gate(text, reading)
    for name in full_names(reading):
        yield "name", name.start, name.end, False
    for kind, pattern in (("email", _EMAIL), ("link", _LINK)):
        for match in pattern.finditer(reading.text):
            yield kind, match.start(), match.start() + len(match[0].rstrip(_TRAILING)), True
    for match in _NICK.finditer(reading.text):
        length = _length_of_nick(match["name"])
        if length:
            start = match.start("name")
            yield "nick", start, start + length, match["before"] is None
    for match in _ADDRESS.finditer(reading.text):
        yield "address", *match.span(), _is_home(reading.text, *match.span())


def _found_by_the_gate(text: str, reading: Reading) -> Iterator[tuple[str, int, int, bool]]:
    """Numbers and names that the rules of disclosure know, places in the plain form."""
    places = {start: at for at, start in reversed(list(enumerate(reading.starts)))}
    ends = {end: at + 1 for at, end in enumerate(reading.ends)}
    for hit in find(text):
        kind = "phone" if hit.rule.startswith("phone") else hit.rule
        if kind not in _NUMBERS | {"phone", "plate", "bank_account"} or not hit.has_place:
            continue
        first, last = places[hit.start], ends[hit.end]
        before, after = reading.text[max(0, first - 80) : first], reading.text[last : last + 80]
        is_ticked = kind in _NUMBERS
        if kind == "phone":
            is_ticked = bool(_MINE.search(before)) or not (
                _THEIRS_BEFORE.search(before) or _THEIRS_AFTER.match(after)
            )
        elif kind == "plate":
            is_ticked = _MY_THING.search(before) is not None
        elif kind == "bank_account":
            is_ticked = _MY_ACCOUNT.search(before) is not None
        yield kind, first, last, is_ticked


def _length_of_nick(words: str) -> int:
    """How many of the letters are a name on the net: words with capitals, or one handle."""
    if handle := _HANDLE.match(words):
        return len(handle[0].rstrip("."))
    length = 0
    for word in re.finditer(r"\S+", words):
        if not word[0][0].isupper():
            break
        length = word.end()
    return length


def _with_its_number(text: str, start: int, end: int) -> int:
    """Return the end of a place with its number: a number that is left tells where the place is."""
    pattern = _NUMBER if _NUMBERED.search(text[start:end]) else None
    if text[start:end][-1:].isdigit():
        pattern = _SLASHED
    found = pattern.match(text, end) if pattern else None
    return found.end() if found else end


def _is_home(text: str, start: int, end: int) -> bool:
    """Whether an address is where the teller lives: the clause says so, or goes on from it."""
    first = max(0, start - _FAR)
    for ended in _CLAUSE_END.finditer(text, first, start):
        first = ended.end()
    ends = _CLAUSE_END.search(text, end, end + _FAR)
    last = ends.start() if ends else end + _FAR
    if _LIVES.search(text[first:last]):
        return True
    return bool(
        _GOES_ON.match(text[first:end]) and _INTRODUCED.search(text[max(0, first - 80) : first])
    )
