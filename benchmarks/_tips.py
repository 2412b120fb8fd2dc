"""Many tips with everything that hangs on one, each sealed as the intake seals it."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import Commune, User
from accounts.quarters import quarter
from accounts.vault.calls import Call, running
from groups.models import Hamlet
from reports.models import (
    ClockRule,
    Reporter,
    SealedText,
    TipClock,
    TipCounter,
    TipEvent,
    TipMessage,
    TipReport,
)
from reports.tips.search import tokens

BATCH = 1_000
# In one of a hundred summaries.
RARE_WORD, COMMON_WORD = "bồ câu", "đánh bạc"
_WHAT = (
    "Nhóm thanh niên tụ tập đánh bạc", "Xe máy nẹt pô lúc nửa đêm", "Mất trộm xe máy",
    "Người lạ bán thuốc gia truyền", "Đốt rơm khói vào nhà dân", "Hàng xóm cãi nhau đánh nhau",
    "Mất trộm dây điện máy bơm", "Nghi mua bán ma túy", "Karaoke kẹo kéo quá giờ",
    "Chó thả rông cắn trẻ em", "Cân thiếu hàng ở chợ", "Xe tải chở đất rơi vãi",
    "Gọi điện giả danh công an", "Cho vay lãi nặng qua tờ rơi", "Chích điện bắt cá",
)  # fmt: skip
_WHERE = (
    "sau quán nước", "gần trường tiểu học", "đường liên ấp", "bờ kênh số 3", "chợ cũ", "ngã ba",
    "trước nhà văn hóa", "bãi đất trống", "cầu sắt", "vườn điều", "hẻm 12", "cạnh cây xăng",
)  # fmt: skip
_WHEN = ("mấy tối nay", "tối thứ bảy", "lúc trưa", "hôm qua", "khoảng 23 giờ", "sáng sớm")
# Share of each state, as a year leaves them.
_STATES = {"new": 3, "triaged": 3, "in_progress": 6, "resolved": 2, "told": 2, "closed": 84}


def add_tips(commune: Commune, officers: list[User], count: int, *, seed: int = 2026) -> None:
    """That many tips of the past year, the last ones open; the same words every time."""
    random, now = Random(seed), timezone.now()
    hamlets = list(Hamlet.objects.filter(commune=commune).order_by("pk"))
    rules = list(ClockRule.objects.filter(commune=None).order_by("pk")[:2])
    year = timezone.localtime(now).year
    counter, _is_new = TipCounter.objects.get_or_create(commune=commune, year=year)
    for start in range(0, count, BATCH):
        with running(Call("bench")):  # of the search tokens
            rows = [
                _tip(random, commune, hamlets, officers, now, counter.last + number)
                for number in range(start + 1, min(start + BATCH, count) + 1)
            ]
        _link(random, TipReport.objects.bulk_create(rows))
        _keep(random, rows, rules)
    counter.last += count
    counter.save(update_fields=["last"])


def _tip(
    random: Random, commune: Commune, hamlets: list[Hamlet], officers: list[User], now: datetime,
    number: int,
) -> TipReport:  # fmt: skip
    status = random.choices(list(_STATES), list(_STATES.values()))[0]
    is_closed, is_worked = status == "closed", status not in ("new", "triaged")
    received = quarter(now - timedelta(hours=random.randrange(1, 8_000 if is_closed else 600)))
    place = random.choice(_WHERE)
    summary = "" if status == "new" else _summary(random, place)
    ended = status in ("resolved", "told", "closed")
    return TipReport(
        commune=commune,
        code=f"PA{received.year % 100:02d}-{number:04d}",
        kind="" if status == "new" else random.choice(["feedback", "denunciation_of_crime"]),
        category=random.choice(TipReport.Category.values[1:]),
        channel=random.choice(TipReport.Channel.values),
        hamlet=random.choice(hamlets),
        urgency=random.choices(TipReport.Urgency.values, [85, 12, 3])[0],
        status=status,
        disposition="handled_here" if ended else "",
        summary=summary,
        place="" if status == "new" else place,
        occurred_words=random.choice(_WHEN),
        search_tokens=tokens(f"{summary} {place}") if summary else [],
        owner=random.choice(officers) if is_worked else None,
        received_at=received,
        triaged_at=None if status == "new" else received + timedelta(hours=2),
        resolved_at=received + timedelta(hours=30) if ended else None,
        closed_at=received + timedelta(hours=40) if is_closed else None,
        next_due_at=None if is_closed else received + timedelta(hours=random.choice([24, 480])),
        has_unread=not is_closed and random.random() < 0.1,
        receipt_hash=f"{random.getrandbits(256):064x}",
    )


def _summary(random: Random, place: str) -> str:
    rare = f", có nuôi {RARE_WORD}" if random.random() < 0.01 else ""
    return f"{random.choice(_WHAT)} {place} {random.choice(_WHEN)}{rare}. Đề nghị kiểm tra sớm."


def _link(random: Random, tips: list[TipReport]) -> None:
    """One in twenty of those that ended told what another had told before."""
    twins = [tip for tip in tips[1:] if tip.status == "closed" and random.random() < 0.05]
    for tip in twins:
        tip.disposition, tip.duplicate_of = "duplicate", tips[0]
    TipReport.objects.bulk_update(twins, ["disposition", "duplicate_of"])


def _keep(random: Random, tips: list[TipReport], rules: list[ClockRule]) -> None:
    """Store the related rows of a batch of tips."""
    Reporter.objects.bulk_create(
        [Reporter(tip=tip, name="Người báo mẫu", phone="0900000000") for tip in tips]
    )
    SealedText.objects.bulk_create(
        [
            SealedText(
                tip=tip, text=f"{random.choice(_WHAT)}, {random.choice(_WHEN)}. " * 3,
                at=tip.received_at,
            )
            for tip in tips
        ]
    )  # fmt: skip
    TipMessage.objects.bulk_create(
        [_message(tip, number) for tip in tips for number in range(random.randrange(3))]
    )
    TipEvent.objects.bulk_create(
        [
            TipEvent(tip=tip, kind=kind, at=tip.received_at, by=tip.owner)
            for tip in tips
            for kind in ("received", "triaged", "assigned", "started")[: 1 + 3 * bool(tip.owner)]
        ]
    )
    TipClock.objects.bulk_create(
        [_clock(tip, rule) for tip in tips for rule in rules], batch_size=BATCH
    )


def _message(tip: TipReport, number: int) -> TipMessage:
    direction = TipMessage.Direction.IN if number % 2 == 0 else TipMessage.Direction.OUT
    return TipMessage(
        tip=tip, direction=direction, via="receipt", text="Tối qua lại tụ tập.", at=tip.received_at
    )


def _clock(tip: TipReport, rule: ClockRule) -> TipClock:
    ends: dict[str, Any] = {"state": "running"}
    if tip.closed_at is not None:
        ends = {"state": "met", "stopped_at": tip.closed_at}
    due = tip.next_due_at or tip.received_at + timedelta(hours=24)
    return TipClock(
        tip=tip, rule=rule, stage=rule.stage, started_at=tip.received_at, due_at=due, **ends
    )
