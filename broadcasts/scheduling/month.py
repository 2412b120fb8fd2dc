"""Month calendar of posts: sent, planned, days off, conflicts."""

import calendar
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Commune
from accounts.scoped_admin.pages import number_of, own_pages
from broadcasts.posts.models import Broadcast
from broadcasts.posts.wording import POST_TONES
from broadcasts.scheduling.calendar import calendar_between, dates_between
from broadcasts.scheduling.models import Schedule
from broadcasts.scheduling.quiet_hours import (
    WEEK,
    Slot,
    audiences,
    conflicts_of,
    limits_of,
    slot_of,
    slots_of,
)
from broadcasts.scheduling.rules import ZONE, Calendar, rule_of, spoken_day

Status = Broadcast.Status
FIRST_YEAR, LAST_YEAR = 2020, 2100
OFF_THE_CALENDAR = (Status.CANCELLED, Status.REJECTED)
# Not counted against another post as long as its author still writes.
UNFINISHED = (Status.DRAFT, Status.RETURNED)


def urls(site: Any) -> list[URLPattern]:
    """The address under the admin of posts."""
    pages = {"lich/": (month, "month")}
    return own_pages(site, "broadcasts_broadcast", pages, "broadcasts.view_broadcast")


@dataclass
class Entry:
    """One post, or one coming date of a schedule, on a day of the calendar."""

    key: tuple[str, int, str]
    at: datetime | None
    title: str
    url: str
    topic: str = ""
    state: str = ""
    tone: str = "plain"
    is_urgent: bool = False
    is_recurring: bool = False
    note: str = ""
    warnings: list[Any] = field(default_factory=list)


@dataclass
class Day:
    day: date
    is_in_month: bool
    is_today: bool
    is_past: bool
    day_off: str
    entries: list[Entry]


@dataclass(frozen=True)
class Warned:
    """A conflict of a post, with links to the post and to the one it meets."""

    sentence: str
    entry: Entry
    when: str
    other: str = ""
    other_url: str = ""


def _asked_month(request: HttpRequest, today: date) -> date:
    text = request.GET.get("thang", "")
    try:
        asked = datetime.strptime(text, "%Y-%m").date() if text else today  # noqa: DTZ007
    except ValueError:
        raise Http404 from None
    if not FIRST_YEAR <= asked.year <= LAST_YEAR:
        raise Http404
    return asked.replace(day=1)


def _communes(request: HttpRequest) -> tuple[Commune, list[Commune]]:
    """Commune of the calendar, and the others that a city-wide account may choose."""
    offered = list(Commune.objects.visible_to(request.user))
    if not offered:
        raise Http404
    asked = number_of(request.GET.get("xa"))
    chosen = next((one for one in offered if one.pk == asked), offered[0])
    return chosen, offered if len(offered) > 1 else []


def _posts(request: HttpRequest, commune: Commune, first: datetime, last: datetime) -> list[Any]:
    moment = Coalesce(F("started_at"), F("scheduled_for"))
    span = Q(scheduled_for__range=(first, last)) | Q(started_at__range=(first, last))
    rows = Broadcast.objects.visible_to(request.user).of_commune(commune).filter(span)
    rows = rows.filter(is_pattern=False).exclude(status__in=OFF_THE_CALENDAR)
    rows = rows.annotate(moment=moment).filter(moment__range=(first, last))
    return list(rows.select_related("topic").order_by("moment", "pk"))


def _of_post(post: Any) -> Entry:
    state, tone = post.get_status_display(), POST_TONES[post.status]
    if post.schedule_id and post.status == Status.DRAFT:
        state, tone = "Chưa duyệt", "warn"
    return Entry(
        ("post", post.pk, ""), post.moment, post.title,
        reverse("admin:broadcasts_broadcast_review", args=[post.pk]), str(post.topic),
        state, tone, post.is_urgent, post.schedule_id is not None,
    )  # fmt: skip


def _coming(
    request: HttpRequest, commune: Commune, first: date, last: date, known: Calendar, now: datetime
) -> list[tuple[Entry, Schedule]]:
    """Dates of schedules of which there is no post: further ahead, left out, fallen away."""
    schedules = list(
        Schedule.objects.visible_to(request.user).of_commune(commune).alive()
        .filter(first_on__lte=last, paused_at=None)
        .select_related("pattern__topic").prefetch_related("skips")
    )  # fmt: skip
    made = set(
        Broadcast.objects.filter(
            schedule__in=schedules, occurrence_on__range=(first - timedelta(days=70), last)
        ).values_list("schedule", "occurrence_on")
    )
    today, found = timezone.localtime(now, ZONE).date(), []
    for schedule in schedules:
        earliest = max(first, today) - timedelta(days=1)
        for one in dates_between(rule_of(schedule), schedule, earliest, last, known):
            if (schedule.pk, one.on) in made or (one.at or now) < now or one.on < today:
                continue
            entry = Entry(
                ("date", schedule.pk, one.on.isoformat()), one.at, schedule.pattern.title,
                reverse("admin:broadcasts_schedule_show", args=[schedule.pk]),
                str(schedule.pattern.topic), "Dự kiến" if one.at else "Không đăng", "plain",
                is_recurring=True, note=one.note,
            )  # fmt: skip
            found.append((entry, schedule))
    return found


def _warn(
    entries: list[Entry], slots: list[Slot], commune: Commune, known: Calendar, now: datetime
) -> list[Warned]:
    """Conflicts of each post to come with those before it."""
    limits, by_key = limits_of(commune.pk), {entry.key: entry for entry in entries}
    slots.sort(key=lambda slot: (slot.at, slot.key))
    warned = []
    for place, slot in enumerate(slots):
        entry = by_key.get(slot.key)
        if entry is None or slot.at < now:
            continue
        for conflict in conflicts_of(slot, slots[:place], limits(slot.day), known):
            other = by_key.get(conflict.others[0].key) if conflict.others else None
            local = timezone.localtime(slot.at, ZONE)
            warning = Warned(
                conflict.sentence, entry, f"{local:%H:%M} {spoken_day(local.date())}",
                other.title if other else "", other.url if other else "",
            )  # fmt: skip
            entry.warnings.append(warning)
            warned.append(warning)
    return warned


@require_GET
def month(request: HttpRequest, *, site: Any) -> HttpResponse:
    """A month of posts to the groups of a commune, from Monday to Sunday."""
    now = timezone.now()
    today = timezone.localtime(now, ZONE).date()
    asked = _asked_month(request, today)
    commune, communes = _communes(request)
    weeks = calendar.Calendar().monthdatescalendar(asked.year, asked.month)
    first, last = weeks[0][0], weeks[-1][-1]
    known = calendar_between(date(FIRST_YEAR, 1, 1), last)
    start = datetime.combine(first, time.min, tzinfo=ZONE)
    end = datetime.combine(last, time.max, tzinfo=ZONE)
    posts = _posts(request, commune, start - WEEK, end)
    coming = _coming(request, commune, first, last, known, now)
    entries = [*map(_of_post, posts), *(entry for entry, _schedule in coming)]
    reached = audiences(commune.pk)
    slots = slots_of([post for post in posts if _counts(post)], reached)
    for entry, schedule in coming:
        if entry.at is not None:
            slot = slot_of(schedule.pattern, entry.at, reached(schedule.pattern))
            slots.append(replace(slot, key=entry.key))
    warned = _warn(entries, slots, commune, known, now)
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_day[_day_of(entry)].append(entry)
    in_month = [day for week in weeks for day in week if day.month == asked.month]
    previous, following = asked - timedelta(days=1), (asked + timedelta(days=31)).replace(day=1)
    context = {
        **site.each_context(request),
        "title": f"Lịch đăng tháng {asked.month}/{asked.year}",
        "shown": asked,
        "weeks": [
            [
                Day(
                    day, day.month == asked.month, day == today, day < today, known.day_off(day),
                    sorted(by_day[day], key=lambda one: (one.at is None, one.at or now)),
                )
                for day in week
            ]
            for week in weeks
        ],
        "previous": previous if previous.year >= FIRST_YEAR else None,
        "following": following if following.year <= LAST_YEAR else None,
        "this_month": asked == today.replace(day=1),
        "past_posts": sum(len(by_day[day]) for day in in_month if day < today),
        "warned": warned,
        "limits": limits_of(commune.pk)(max(asked, today)),
        "commune": commune,
        "communes": communes,
        "is_empty": not any(by_day[day] for day in in_month),
    }  # fmt: skip
    return TemplateResponse(request, "broadcasts/month.html", context)


def _counts(post: Any) -> bool:
    """Whether a post counts against others: not while its author still writes it."""
    return post.schedule_id is not None or post.status not in UNFINISHED


def _day_of(entry: Entry) -> date:
    if entry.at is not None:
        return timezone.localtime(entry.at, ZONE).date()
    return date.fromisoformat(entry.key[2])
