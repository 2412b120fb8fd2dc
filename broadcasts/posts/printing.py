"""Print a post in large type and write its script for the hamlet's loudspeaker.

Only for approved posts that were not corrected since.
"""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.communes.public_pages import inside_a_sentence
from accounts.scoped_admin.pages import number_of, own_pages
from broadcasts import services
from broadcasts.posts import wording
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import plain
from groups.models import ZaloGroup

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu", "tỷ")
_SPOKEN = json.loads(Path(__file__).with_name("spoken.json").read_text(encoding="utf-8"))
ABBREVIATIONS: dict[str, str] = _SPOKEN["abbreviations"]
UNITS: dict[str, str] = _SPOKEN["units"]
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|org|net|me)\b\S*")
_UNIT_NAMES = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:\.\d{3})+|\d+"
_DATE = re.compile(r"(?:\bngày\s+)?\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_MONTH = re.compile(r"(?<=tháng )(\d{1,2})/(\d{4})\b", re.IGNORECASE)
# `28/11` is a day after such a word; `3/2` after another is the name of a place or a fraction.
_BEFORE_A_DAY = frozenset(
    {
        "ngày", "hai", "ba", "tư", "năm", "sáu", "bảy", "nhật", "mai", "nay", "sáng", "trưa",
        "chiều", "tối", "đêm", "đến", "từ", "trước", "sau",
    }
)  # fmt: skip
_BEFORE_A_NAME = ["ấp", "đường", "phố", "khóm", "thôn"]
_SLASHED = re.compile(r"(?:(\w+)(\s+))?\b(\d{1,2})/(\d{1,2})\b(?!/)")
_CLOCK = re.compile(
    r"\b([01]?\d|2[0-4])\s?(?:h|g|:|giờ)\s?([0-5]\d)(?:\s?(?:phút|p))?\b|\b([01]?\d|2[0-4])\s?h\b"
)
_RANGE = re.compile(
    rf"\b({_NUMBER}(?:\s?(?:h|g|giờ|:)\s?\d{{0,2}})?)\s*[-–—]\s*(?=\d)", re.IGNORECASE
)
_DECIMAL = re.compile(rf"\b(\d+),(\d+)(?:\s?({_UNIT_NAMES})(?!\w))?")
# `168/2024/NĐ-CP` and `25-CV/ĐU`: read by number and year, not letter by letter.
_DOCUMENT = re.compile(r"\b(\d{1,5})(?:/(\d{4}))?[/-][A-ZĐ]{1,8}(?:[-/][A-ZĐ\d]{1,8})*(?!\w)")
_WITH_UNIT = re.compile(rf"(?<![\w.,])({_NUMBER})\s?({_UNIT_NAMES})(?!\w)")
_PHONE = re.compile(r"\b0\d[\d .]{7,11}\d\b|\b1[89]00[ .]?\d{4,6}\b")
_HOTLINES = re.compile(r"\b(?:111|113|114|115|117|118)\b")
_PLAIN_NUMBER = re.compile(rf"(?<![\w.,/-])({_NUMBER})(?![\w/])")
_ABBREVIATION = re.compile(
    rf"(?<!\w)({'|'.join(sorted(ABBREVIATIONS, key=len, reverse=True))})(?!\w)"
)
_BULLET = re.compile(r"^\s*(?:[-–•*+]|\d{1,2}[.)])\s+")
_SENTENCE_START = re.compile(r"(?<=[.!?…]\s)[a-zà-ỹđ]")
_CLAUSE_END = ".!?…:;,"


def _below_thousand(number: int, *, full: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = []
    if hundreds or full:
        words += [DIGITS[hundreds], "trăm"]
    if tens == 0:
        if ones:
            words += ["lẻ", DIGITS[ones]] if words else [DIGITS[ones]]
        return words
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    if ones == 5:
        words.append("lăm")
    elif ones == 1 and tens > 1:
        words.append("mốt")
    elif ones:
        words.append(DIGITS[ones])
    return words


def number_words(number: int) -> str:
    """`2026` → `hai nghìn không trăm hai mươi sáu`; up to hundreds of billions."""
    if number == 0:
        return DIGITS[0]
    if number >= 10**12:
        return digit_words(str(number))
    groups: list[int] = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    words: list[str] = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place]:
            words += _below_thousand(groups[place], full=bool(words))
            words += [SCALES[place]] if SCALES[place] else []
    return " ".join(words)


def digit_words(digits: str) -> str:
    """`113` → `một một ba`, as a number is dialled."""
    return " ".join(DIGITS[int(digit)] for digit in digits if digit.isdecimal())


def _value(written: str) -> str:
    return number_words(int(written.replace(".", "")))


def _date(match: re.Match[str]) -> str:
    day, month = int(match[1]), int(match[2])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    return f"{_day(day, month)} năm {number_words(int(match[3]))}"


def _day(day: int, month: int) -> str:
    first = f"mùng {number_words(day)}" if day <= 10 else number_words(day)
    return f"ngày {first} {_month_words(month)}"


def _month_words(month: int) -> str:
    return f"tháng {'tư' if month == 4 else number_words(month)}"


def _month(match: re.Match[str]) -> str:
    return f"{number_words(int(match[1]))} năm {number_words(int(match[2]))}"


def _slashed(match: re.Match[str]) -> str:
    word, space, left, right = match[1] or "", match[2] or "", int(match[3]), int(match[4])
    before = f"{word}{space}"
    if (left, right) == (24, 7):
        return f"{before}suốt ngày đêm"
    if word.lower() in _BEFORE_A_DAY and 1 <= left <= 31 and 1 <= right <= 12:
        return f"{'' if word.lower() == 'ngày' else before}{_day(left, right)}"
    if word.lower() in _BEFORE_A_NAME:
        return f"{before}{number_words(left)} {_month_words(right)}"
    return f"{before}{number_words(left)} phần {number_words(right)}"


def _clock(match: re.Match[str]) -> str:
    hour, minute = match[1] or match[3], match[2]
    words = f"{number_words(int(hour))} giờ"
    return f"{words} {number_words(int(minute))}" if minute and int(minute) else words


def _decimal(match: re.Match[str]) -> str:
    unit = f" {UNITS[match[3]]}" if match[3] else ""
    return f"{number_words(int(match[1]))} phẩy {digit_words(match[2])}{unit}"


def _document(match: re.Match[str]) -> str:
    year = f" năm {number_words(int(match[2]))}" if match[2] else ""
    return f"{number_words(int(match[1]))}{year}"


def _without_signs(text: str) -> str:
    """Replace symbols by spaces."""
    drawn = {"So", "Sk", "Cs", "Co"}
    letters = (" " if unicodedata.category(sign) in drawn else sign for sign in text)
    return re.sub(r"[*_#~|<>“”\"]+", " ", "".join(letters))


def line_words(line: str) -> str:
    """One line as it is read out."""
    words = _LINK.sub(" ", line)
    words = _HOTLINES.sub(lambda match: digit_words(match[0]), words)
    words = _DOCUMENT.sub(_document, words)
    words = _RANGE.sub(lambda match: f"{match[1]} đến ", words)
    words = _DATE.sub(_date, words)
    words = _MONTH.sub(_month, words)
    words = _SLASHED.sub(_slashed, words)
    words = _CLOCK.sub(_clock, words)
    words = _PHONE.sub(lambda match: digit_words(match[0]), words)
    words = _DECIMAL.sub(_decimal, words)
    words = _WITH_UNIT.sub(lambda match: f"{_value(match[1])} {UNITS[match[2]]}", words)
    words = _PLAIN_NUMBER.sub(lambda match: _value(match[1]), words)
    words = _ABBREVIATION.sub(lambda match: ABBREVIATIONS[match[1]], words)
    words = re.sub(r"\s*&\s*", " và ", _without_signs(words))
    words = re.sub(r"\s+([,.!?;:])", r"\1", " ".join(words.split()))
    return _SENTENCE_START.sub(lambda match: match[0].upper(), words.strip(" -–"))


def script(text: str) -> list[str]:
    """The paragraphs to read, each ending where the voice may rest; list items are counted out."""
    paragraphs: list[str] = []
    item = 0
    for line in plain(text).split("\n"):
        is_item = bool(_BULLET.match(line))
        words = line_words(_BULLET.sub("", line))
        if not words:
            continue
        item = item + 1 if is_item else 0
        words = words[:1].upper() + words[1:]
        if is_item:
            ordinal = {1: "Thứ nhất", 4: "Thứ tư"}.get(item, f"Thứ {number_words(item)}")
            words = f"{ordinal}: {words}"
        if words[-1] in ";,":
            words = f"{words[:-1]}."
        paragraphs.append(words if words[-1] in _CLAUSE_END else f"{words}.")
    if paragraphs and _LINK.search(text):
        paragraphs.append("Đường dẫn để xem thêm có trong nhóm Zalo của ấp.")
    return paragraphs


# Characters up to which a text still fits one sheet in this type.
SIZES = ((420, "notice-xl"), (900, "notice-l"), (1500, "notice-m"))


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of posts; also for accounts that only post manually."""
    pages = {
        "<int:pk>/ban-in/": (notice, "notice"),
        "<int:pk>/doc-loa/": (voice, "voice"),
    }
    return own_pages(
        site, "broadcasts_broadcast", pages, "broadcasts.view_delivery", row="post", rows=_rows
    )


def _rows(request: HttpRequest) -> Any:
    return Broadcast.objects.visible_to(request.user).select_related("commune", "topic", "corrects")


def _elsewhere(request: HttpRequest, post: Broadcast, name: str) -> HttpResponse | None:
    """Redirect for a post that may not be printed; None when it may."""
    correction = services.corrected_by(post)
    if correction is not None:
        messages.warning(request, "Bài này đã được đính chính. Đây là bài đính chính.")
        return redirect(f"admin:broadcasts_broadcast_{name}", correction.pk)
    if post.status not in wording.PRINTABLE:
        messages.error(request, "Chỉ in, đọc bài đã được duyệt và không bị dừng, hủy.")
        return redirect(_back(request, post))
    return None


def _back(request: HttpRequest, post: Broadcast) -> str:
    if request.user.has_perm("broadcasts.view_broadcast"):
        return reverse("admin:broadcasts_broadcast_review", args=[post.pk])
    return reverse("admin:broadcasts_delivery_hand_list")


def _context(request: HttpRequest, post: Broadcast) -> dict[str, Any]:
    return {
        "post": post,
        "commune": post.commune,
        "said_commune": inside_a_sentence(post.commune),
        "profile": post.commune.profile_on(timezone.localdate()),
        "day": timezone.localtime(post.started_at or post.scheduled_for),
        "back": _back(request, post),
        "group": _group(request, post),
    }


def _group(request: HttpRequest, post: Broadcast) -> ZaloGroup | None:
    """Group whose QR code is printed, from the address; None for none."""
    number = number_of(request.GET.get("nhom"))
    visible = ZaloGroup.objects.visible_to(request.user).of_commune(post.commune_id)
    group = visible.filter(pk=number).select_related("hamlet").first() if number else None
    return group if group is not None and group.may_invite else None


@require_GET
def notice(request: HttpRequest, *, site: Any, post: Broadcast) -> HttpResponse:
    """One post on A4 for the notice board, as large as it fits, readable at seventy."""
    if (instead := _elsewhere(request, post, "notice")) is not None:
        return instead
    context = _context(request, post)
    text = "\n\n".join(post.approved_parts)
    size = next((name for limit, name in SIZES if len(text) <= limit), "notice-s")
    group = context["group"]
    context |= {
        "text": text,
        "size": size,
        "qr": segno.make(group.link, error="m", micro=False).svg_data_uri(
            border=2, light="#fff", nl=False
        )
        if group
        else "",
        "shows_image": bool(post.image) and request.user.has_perm("broadcasts.view_broadcast"),
    }
    return TemplateResponse(request, "broadcasts/paper/notice.html", context)


@require_GET
def voice(request: HttpRequest, *, site: Any, post: Broadcast) -> HttpResponse:
    """Loudspeaker script: no symbols, no links, numbers as they are spoken."""
    if (instead := _elsewhere(request, post, "voice")) is not None:
        return instead
    paragraphs = script("\n\n".join(post.approved_parts))
    context = _context(request, post) | {"paragraphs": paragraphs}
    return TemplateResponse(request, "broadcasts/paper/voice.html", context)
