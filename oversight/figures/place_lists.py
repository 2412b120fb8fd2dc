"""What stands behind the figures of the place: groups, households, meetings, regulations."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from groups import coverage
from groups.models import Hamlet, Member, ZaloGroup
from oversight.figures.listing import Listing, Page, Rows
from oversight.figures.place import GROUPS, LEVELS, REGULATIONS, STAGES, held_in
from oversight.figures.table import ALL
from oversight.periods import Period
from oversight.scopes import Scope

VIEW_GROUPS, VIEW_PEOPLE = "groups.view_zalogroup", "groups.view_member"
MEETING_HEADINGS = ("Cuộc họp", "Hình thức", "Tổng số", "Có mặt", "Đồng ý")
NOT_RECORDS = "Số hộ do ấp, khu phố khai ở trang ấp, khu phố, không phải một danh sách."


def change_page(model: str) -> Page:
    return lambda record, reader: reverse(f"admin:{model}_change", args=[record.pk])


def group_cells(group: ZaloGroup) -> tuple[str, ...]:
    place = str(group.hamlet) if group.hamlet else "Toàn xã"
    return (group.name, place, group.get_kind_display(), group.get_status_display())


def groups_of(rows: Rows) -> Listing:
    """A list of groups, each leading to its page."""

    def named(scope: Scope, period: Period, as_of: datetime, line: str, column: int | None) -> Any:
        found = rows(scope, period, as_of, line, column).select_related("hamlet")
        return found.order_by("hamlet__code", "search_text", "pk")

    return Listing(
        VIEW_GROUPS, ("Nhóm", "Ấp, khu phố", "Loại", "Trạng thái"), group_cells,
        change_page("groups_zalogroup"), named,
    )  # fmt: skip


def _people(scope: Scope, line: str) -> QuerySet[Any]:
    """Those whom the reader sees elsewhere, too: no page filters households after this."""
    ids = scope.ids if line == ALL else [pk for pk in scope.ids if str(pk) == line]
    return (
        Member.objects.visible_to(scope.reader)
        .active()
        .filter(hamlet__in=ids)
        .annotate(is_in=coverage.joined_membership(), is_told=coverage.is_told())
    )


def _households(people: QuerySet[Any], reach: int) -> QuerySet:
    """One line a household, as the coverage counts it: its code, or its representative."""
    homes = (
        people.annotate(home=coverage.HOUSEHOLD)
        .filter(home__isnull=False)
        .values("hamlet__kind", "hamlet__name", "hamlet", "home")
        .annotate(
            first=Min("pk"), people=Count("pk"),
            inside=Count("pk", filter=Q(is_in=True)), told=Count("pk", filter=Q(is_told=True)),
        )
        .order_by("hamlet", "home")
    )  # fmt: skip
    return homes.filter(inside__gt=0) if reach == 1 else homes.filter(inside=0, told__gt=0)


def _covered(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    people = _people(scope, line)
    if column in (1, 2):
        return _households(people, column)
    if column == 4:
        people = people.filter(is_in=True)
    return people.select_related("hamlet").order_by("hamlet__code", "sort_key", "pk")


def _home_or_person(record: Any) -> tuple[str, ...]:
    if not isinstance(record, dict):
        inside = "Đang ở trong nhóm" if record.is_in else "Chưa ở trong nhóm"
        return (record.full_name, str(record.hamlet), inside)
    hamlet = str(Hamlet(kind=record["hamlet__kind"], name=record["hamlet__name"]))
    home = record["home"]
    said = "Hộ chưa có mã" if home.startswith("#") else f"Hộ {home}"
    return (said, hamlet, f"{record['people']} người, {record['inside']} người trong nhóm")


def _home_page(record: Any, reader: User) -> str:
    pk = record.pk if isinstance(record, Member) else record["first"]
    return reverse("admin:groups_member_change", args=[pk])


def meeting_cells(meeting: Any) -> tuple[str, ...]:
    counts = (meeting.households, meeting.represented, meeting.agree)
    return (str(meeting), meeting.get_form_display(), *map(str, counts))


def _meetings(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    levels = list(LEVELS) if line == ALL else [line]
    found = held_in(scope, period).filter(line__in=levels)
    return found.select_related("hamlet", "team").order_by("held_on", "pk")


def _regulations(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    return REGULATIONS.rows(scope, period, as_of, line, column).order_by("code")


def stage_cells(hamlet: Any) -> tuple[str, ...]:
    return (str(hamlet), STAGES[hamlet.stage])


def regulation_page(hamlet: Any, reader: User) -> str:
    """Of the regulation that stands for the hamlet; the list of them where it has none."""
    if hamlet.regulation is None:
        return reverse("admin:groups_regulation_changelist")
    return reverse("admin:groups_regulation_page", args=[hamlet.regulation])


LISTINGS = {
    "coverage": Listing(
        VIEW_PEOPLE, ("Hộ, người", "Ấp, khu phố", "Trong nhóm"), _home_or_person, _home_page,
        _covered, unlisted={0: NOT_RECORDS}, is_audited=True,
    ),
    "groups": groups_of(GROUPS.rows),
    "meetings": Listing(
        "groups.view_consultationmeeting", MEETING_HEADINGS,
        meeting_cells, change_page("groups_consultationmeeting"), _meetings,
        sums={1: "represented", 2: "agree"},
    ),
    "regulations": Listing(
        "groups.view_regulation", ("Ấp, khu phố", "Quy chế"), stage_cells, regulation_page,
        _regulations,
    ),
}  # fmt: skip
