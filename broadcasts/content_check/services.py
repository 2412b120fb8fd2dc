"""Content check of a whole post, at submission and again at sending.

Checks its words, title, picture, file, hour, and the facts taken from the library.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Commune
from broadcasts.content_check.answers import unanswered
from broadcasts.content_check.models import OfficialPhone
from broadcasts.posts.attachments import removed
from broadcasts.posts.errors import GateBlocked
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import length, plain, text_parts
from broadcasts.scheduling.calendar import HORIZON, calendar_between, dates_between
from broadcasts.scheduling.models import Schedule
from broadcasts.scheduling.quiet_hours import (
    WEEK,
    Conflict,
    audiences,
    conflicts_of,
    limits_of,
    slot_of,
    slots_between,
)
from broadcasts.scheduling.rules import ZONE, rule_of, spoken_day
from content_rules.engine.findings import Hit, Level, key_of
from content_rules.rulebook import find
from groups.models import Officer
from procedures.editions.rendering import (
    FeeNotVerified,
    fee_for_post,
    verified_fees,
    why_not_sendable,
)
from procedures.library.wording import amounts_in
from procedures.models import Edition
from vietnamese.text import normalise_phone


def official_phones(commune_id: int | None, day: date) -> frozenset[str]:
    """E.164 numbers of the commune on a day: its list, duty phone, active officers."""
    if commune_id is None:
        return frozenset()
    profile = Commune(pk=commune_id).profile_on(day)
    known = Officer.objects.filter(commune=commune_id, is_active=True).exclude(phone="")
    numbers = set(known.values_list("phone", flat=True))
    listed = OfficialPhone.objects.filter(commune=commune_id).in_force(day)
    numbers |= set(listed.values_list("phone", flat=True))
    if profile and profile.duty_phone:
        numbers.add(profile.duty_phone)
    return frozenset(map(normalise_phone, numbers))


_SENTENCE = re.compile(r"(?:[^\n.;!?]|[.;!?](?!\s|$))+", re.UNICODE)
_ABOUT_A_FEE = re.compile(r"\bphí\b|\bmức thu\b", re.IGNORECASE)


def edition_of(broadcast: Broadcast) -> Edition | None:
    """The edition that a post was made from, as it stands now."""
    if broadcast.edition_id is None:
        return None
    rows = Edition.objects.select_related("procedure").prefetch_related("fees")
    return rows.get(pk=broadcast.edition_id)


def library(broadcast: Broadcast, day: date) -> list[Hit]:
    """Findings about the edition behind a post and about each amount of money in its text.

    The edition is read anew each time: since the post was written it may be superseded, reopened,
    stale or out of force.
    """
    edition = edition_of(broadcast)
    if edition is None:
        return []
    return [*_edition(edition, day), *_amounts(broadcast.text, edition, day)]


def _edition(edition: Edition, day: date) -> list[Hit]:
    """An edition that may not be sent needs a reason: what the post was compared with."""
    why = why_not_sendable(edition, day)
    if not why:
        return []
    if edition.status == Edition.Status.SUPERSEDED:
        why = f"{edition} đã được thay thế."
    sentence = (
        f"Bài soạn từ thư viện thủ tục, nhưng {why} Hãy soạn lại từ bản đang dùng; nếu bài vẫn "
        "đúng, hãy ghi đã đối chiếu với trang, văn bản nào."
    )
    state = (edition.pk, edition.status, edition.reopened_at, edition.verified_on)
    key = key_of("procedure", "text", " ".join(map(str, state)))
    return [Hit("procedure", Level.REASON, f"bản {edition.number}", sentence, key=key)]


def _amounts(text: str, edition: Edition, day: date) -> Iterator[Hit]:
    """Amounts that are no verified fee of the day: a fee is blocked, any other needs a reason."""
    verified = {
        amount for fee in verified_fees(edition, day) for amount in (fee.direct, fee.online)
    }
    known = {amount for fee in edition.fees.all() for amount in (fee.direct, fee.online)}
    text_nfc = unicodedata.normalize("NFC", text)
    for start, end, amount in amounts_in(text_nfc):
        if amount in verified:
            continue
        words = text_nfc[start:end]
        key = key_of("fee", "text", f"{edition.pk} {words}")
        if amount in known or _ABOUT_A_FEE.search(_sentence_around(text_nfc, start)):
            level, why = Level.BLOCK, f"{_why_no_fee(edition, day)} Hãy bỏ số tiền này khỏi bài."
        else:
            level = Level.REASON
            why = "thư viện thủ tục không có số tiền này. Hãy ghi lấy từ văn bản nào."
        hit = Hit("fee", level, words, f"“{words}”: {why}", key=key)
        yield replace(hit, start=start, end=end) if text_nfc == text else hit


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


def _hit(conflict: Conflict, sentence: str = "") -> Hit:
    sentence = sentence or conflict.sentence
    return Hit(conflict.rule, Level.WARN, conflict.excerpt, sentence, where="scheduled_for")


def timing(broadcast: Broadcast, now: datetime) -> list[Hit]:
    """Warnings about the moment of a post, or about the coming dates of a schedule."""
    if broadcast.is_urgent or broadcast.commune_id is None:
        return []
    if broadcast.is_pattern:
        return _of_schedule(broadcast, now)
    moment = max(broadcast.started_at or broadcast.scheduled_for or now, now)
    slot = slot_of(broadcast, moment, audiences(broadcast.commune_id)(broadcast))
    others = slots_between(broadcast.commune_id, moment - WEEK, moment + WEEK, now)
    limits = limits_of(broadcast.commune_id)(slot.day)
    return [
        _hit(one)
        for one in conflicts_of(slot, others, limits, calendar_between(slot.day, slot.day))
    ]


def coming_conflicts(
    pattern: Broadcast, moments: list[datetime], schedule: Schedule | None, now: datetime
) -> dict[datetime, list[Conflict]]:
    """Conflicts by moment, for some coming moments of a schedule."""
    if not moments:
        return {}
    commune_id, reached = pattern.commune_id, audiences(pattern.commune_id)(pattern)
    own = set(schedule.occurrences.values_list("pk", flat=True)) if schedule else set()
    others = [
        slot
        for slot in slots_between(commune_id, min(moments) - WEEK, max(moments) + WEEK, now)
        if slot.key[1] not in own
    ]
    limits = limits_of(commune_id)
    calendar = calendar_between(now.date(), max(moments).date())
    slots = [
        replace(slot_of(pattern, at, reached), key=("date", number, ""))
        for number, at in enumerate(moments)
    ]
    return {
        slot.at: conflicts_of(slot, [*others, *slots], limits(slot.day), calendar) for slot in slots
    }


def _of_schedule(pattern: Broadcast, now: datetime) -> list[Hit]:
    """Each kind of conflict once, with the first date that it is about."""
    schedule = Schedule.objects.filter(pattern=pattern.pk).first() if pattern.pk else None
    if schedule is None:
        return []
    today = timezone.localtime(now, ZONE).date()
    calendar = calendar_between(schedule.first_on, today + HORIZON)
    dates = dates_between(
        rule_of(schedule), schedule, today - timedelta(days=1), today + HORIZON, calendar
    )
    moments = [one.at for one in dates if one.at is not None and one.at > now]
    found: dict[str, list[tuple[datetime, Conflict]]] = {}
    for at, conflicts in coming_conflicts(pattern, moments, schedule, now).items():
        for conflict in conflicts:
            found.setdefault(conflict.rule, []).append((at, conflict))
    return [_hit(cases[0][1], _schedule_sentence(cases)) for cases in found.values()]


def _schedule_sentence(cases: list[tuple[datetime, Conflict]]) -> str:
    at, first = cases[0]
    more = f" Còn {len(cases) - 1} lần khác cũng vậy." if len(cases) > 1 else ""
    return f"{spoken_day(timezone.localtime(at, ZONE).date())}: {first.sentence}{more}"


MAX_PARTS = 5
MAX_IMAGE_BYTES = 10 * 1024 * 1024
FEWEST_LETTERS = 20


def _size(text: str) -> list[Hit]:
    if not text:
        return [Hit("empty", Level.BLOCK, "", "Bài chưa có nội dung. Hãy viết nội dung rồi trình.")]
    parts, letters = text_parts(text), f"{length(text)} ký tự"
    if len(parts) > MAX_PARTS:
        sentence = (
            f"Bài dài {letters}, phải chia thành {len(parts)} tin. Hãy rút gọn còn nhiều nhất "
            f"{MAX_PARTS} tin."
        )
        return [Hit("length", Level.BLOCK, letters, sentence)]
    if len(parts) > 1:
        sentence = f"Bài dài {letters} nên mỗi nhóm nhận {len(parts)} tin liền nhau."
        return [Hit("parts", Level.WARN, letters, sentence)]
    return []


def check_text(text: str, *, official: frozenset[str] = frozenset()) -> list[Hit]:
    """Every finding about the body of a post; `official` are phones in E.164."""
    return [*_size(plain(text)), *find(text, official=official)]


def check_name(name: str, *, official: frozenset[str] = frozenset()) -> list[Hit]:
    """Findings about the name of a file, in which signs stand for spaces."""
    return find(name, where="file_name", official=official)


def _picture(broadcast: Broadcast, official: frozenset[str]) -> list[Hit]:
    if not broadcast.image:
        return []
    name = (broadcast.image.name or "").rpartition("/")[2]
    hits = find(name, where="image_name", official=official)
    try:
        size = broadcast.image.size
    except OSError:
        sentence = "Không đọc được ảnh của bài. Hãy chọn lại ảnh rồi trình lại."
        return [*hits, Hit("image_missing", Level.BLOCK, "", sentence, "image")]
    if size > MAX_IMAGE_BYTES:
        megabytes = f"{size >> 20} MB"
        sentence = f"Ảnh nặng {megabytes}. Hãy chọn ảnh dưới 10 MB."
        hits.append(Hit("image_size", Level.BLOCK, megabytes, sentence, "image"))
    return hits


def _file(broadcast: Broadcast, official: frozenset[str]) -> list[Hit]:
    """Findings about name, words and hidden facts of the file that goes with a post."""
    if not broadcast.file_sha256:
        return []
    facts, text = broadcast.file_facts, broadcast.file_text
    hidden = " \n".join((facts.get("meta") or {}).values())
    hits = find(broadcast.file_name, where="file_name", official=official)
    hits += find(text, where="file", official=official)
    hits += [hit for hit in find(hidden, where="file_meta") if hit.rule == "secrecy"]

    def add(rule: str, level: Level, excerpt: str, sentence: str) -> None:
        key = key_of(rule, "file", broadcast.file_sha256)
        hits.append(Hit(rule, level, excerpt, sentence, "file", key=key))

    if sum(letter.isalpha() for letter in text) < FEWEST_LETTERS:
        add(
            "file_unread",
            Level.SECOND_PERSON,
            "bản quét",
            "Tệp là ảnh chụp hoặc bản quét nên máy không đọc được chữ. Người duyệt phải mở tệp, "
            "đọc hết rồi xác nhận.",
        )
    elif facts.get("is_cut"):
        add(
            "file_unread",
            Level.SECOND_PERSON,
            "tệp dài",
            "Tệp dài, máy chỉ đọc phần đầu. Người duyệt phải đọc phần còn lại rồi xác nhận.",
        )
    elif pictures := facts.get("pictures"):
        add(
            "file_pictures",
            Level.WARN,
            f"{pictures} hình",
            f"Tệp có {pictures} hình. Máy không đọc chữ trong hình; hãy xem lại từng hình.",
        )
    if lines := removed(facts):
        add(
            "file_cleaned",
            Level.WARN,
            "thông tin ẩn",
            f"Đã xóa khỏi tệp trước khi gửi: {'; '.join(lines)}.",
        )
    return hits


def check(broadcast: Broadcast, *, now: datetime | None = None) -> list[Hit]:
    """Every finding about a post: its words, title, picture, file and time."""
    now = now or timezone.now()
    return [*check_content(broadcast, now=now), *timing(broadcast, now)]


def check_content(broadcast: Broadcast, *, now: datetime) -> list[Hit]:
    """Findings about the content of a post on that day, without those about its time."""
    official = official_phones(broadcast.commune_id, timezone.localdate(now))
    leaves = max(broadcast.scheduled_for or now, now)
    return [
        *check_text(broadcast.text, official=official),
        *find(broadcast.title, where="title", official=official),
        *_picture(broadcast, official),
        *_file(broadcast, official),
        *library(broadcast, timezone.localdate(leaves)),
    ]


def stopping(broadcast: Broadcast, now: datetime) -> list[Hit]:
    """Findings that stop a post: blocked, or without a reason or confirmation."""
    return unanswered(check_content(broadcast, now=now), broadcast.gate_answers)


def require_clean(broadcast: Broadcast, now: datetime) -> None:
    """Before a post leaves. Raises GateBlocked with what stops it."""
    if hits := stopping(broadcast, now):
        raise GateBlocked(hits)
