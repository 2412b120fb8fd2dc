"""A roster from a workbook: days and names become shifts, faults are named by cell.

One table on the first page: a heading line with a column of days and either the columns “Trực ban”,
“Trực chỉ huy”, “Trực phụ” of names, or a column “Vị trí” and one “Họ tên”.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.workflow.declaration import NotAllowed
from documents import plain_workbook
from duty.roster.models import DutySettings, Seat, Shift
from duty.roster.services import change_on
from duty.shifts.editing import lock_roster, require_editor, store, why_unfit
from vietnamese.text import fold

MOST_ROWS: Final = 400
MOST_BYTES: Final = 2 * 1024 * 1024
_HEADING_ROWS: Final = 15
_DAY_HEADINGS: Final = ("ngay", "ngay truc", "thoi gian", "ngay thang")
_SEAT_HEADINGS: Final = ("vi tri", "nhiem vu", "chuc danh truc")
_NAME_HEADINGS: Final = ("ho ten", "ho va ten", "nguoi truc", "ten")
_SEATS: Final = {
    "truc ban": Seat.DUTY, "truc chi huy": Seat.LEADER, "chi huy truc": Seat.LEADER,
    "chi huy": Seat.LEADER, "lanh dao truc": Seat.LEADER, "truc phu": Seat.SECOND,
}  # fmt: skip
NO_TABLE: Final = (
    "Không thấy bảng lịch trực. Dòng tiêu đề cần có cột “Ngày” và các cột “Trực ban”, “Trực chỉ "
    "huy”, “Trực phụ”; hoặc cột “Ngày”, “Vị trí” và “Họ tên”."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One shift that the file asks for; `cell` is where the name stands."""

    cell: str
    day: str
    seat: str
    person: int
    name: str


@dataclass(slots=True)
class Plan:
    """The outcome of a file: shifts to make, and sentences about cells that stop all of it."""

    lines: list[Line] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def stored(self) -> list[dict[str, Any]]:
        """The lines as JSON."""
        return [asdict(line) for line in self.lines]


def cell_name(row: int, column: int) -> str:
    """The name of a cell by row and column, which count from 0: B7."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read(content: bytes, commune: Commune, now: datetime) -> Plan:
    """Read a workbook. Raises NotAllowed where it cannot be opened or holds no table."""
    if len(content) > MOST_BYTES:
        raise NotAllowed("Tệp nặng quá 2 MB. Hãy chép riêng bảng lịch trực sang tệp mới.")
    try:
        sheets = plain_workbook.read(content, most_rows=MOST_ROWS)
    except plain_workbook.Unreadable as refusal:
        raise NotAllowed(str(refusal)) from None
    rows = next((found for found in sheets.values() if found), [])
    plan = Plan()
    names = _names_of(commune)
    seen: dict[tuple[str, str], str] = {}
    for cell, day, seat, name in _asked(rows, plan.faults):
        person = _person(name, names, commune)
        place = (seat, day.isoformat())
        if isinstance(person, str):
            plan.faults.append(f"{cell}: {person}")
        elif place in seen:
            plan.faults.append(f"{cell}: trùng với ô {seen[place]} (cùng ngày, cùng vị trí).")
        else:
            seen[place] = cell
            plan.lines.append(Line(cell, day.isoformat(), seat, person.pk, str(person)))
    _check_roster(plan, commune, now)
    if not plan.lines and not plan.faults:
        raise NotAllowed("Bảng này không có ca nào.")
    return plan


def _names_of(commune: Commune) -> dict[str, list[User]]:
    names: dict[str, list[User]] = defaultdict(list)
    for user in User.objects.of_commune(commune).filter(is_active=True).order_by("pk"):
        names[fold(str(user))].append(user)
    return names


def _person(name: str, names: dict[str, list[User]], commune: Commune) -> User | str:
    """The account of a name, or a sentence why there is none."""
    found = names.get(fold(name), [])
    able = [user for user in found if not why_unfit(user, commune)]
    if len(able) == 1:
        return able[0]
    if len(able) > 1:
        return f"có {len(able)} tài khoản tên “{name}”. Hãy xếp ca này trên trang Lịch trực."
    if found:
        return why_unfit(found[0], commune)
    return f"không có tài khoản nào của xã tên “{name}”."


def _asked(
    rows: Sequence[Sequence[Any]], faults: list[str]
) -> Iterator[tuple[str, date, str, str]]:
    """Yield cell, day, seat and name of each shift; faults of days and seats go to the list."""
    at, columns = _headings(rows)
    for number, row in enumerate(rows[at + 1 :], at + 1):
        filled = [
            (index, seat, str(row[index]).strip())
            for index, seat in columns.names
            if index < len(row) and str(row[index] or "").strip()
        ]
        if not filled:
            continue
        day = _day(row[columns.day] if columns.day < len(row) else None)
        if day is None:
            faults.append(
                f"{cell_name(number, columns.day)}: không đọc được ngày (ví dụ 05/12/2026)."
            )
            continue
        for index, seat, name in filled:
            if columns.seat is not None:
                seat = _seat(row[columns.seat] if columns.seat < len(row) else "")
                if not seat:
                    faults.append(f"{cell_name(number, columns.seat)}: không rõ vị trí trực.")
                    continue
            yield cell_name(number, index), day, seat, name


@dataclass(frozen=True, slots=True)
class _Columns:
    day: int
    names: tuple[tuple[int, str], ...]
    seat: int | None = None


def _headings(rows: Sequence[Sequence[Any]]) -> tuple[int, _Columns]:
    for number, row in enumerate(rows[:_HEADING_ROWS]):
        words = [fold(str(cell or "")) for cell in row]
        day = next((index for index, word in enumerate(words) if word in _DAY_HEADINGS), None)
        if day is None:
            continue
        seats = tuple((index, _SEATS[word]) for index, word in enumerate(words) if word in _SEATS)
        if seats:
            return number, _Columns(day, seats)
        seat = next((index for index, word in enumerate(words) if word in _SEAT_HEADINGS), None)
        name = next((index for index, word in enumerate(words) if word in _NAME_HEADINGS), None)
        if seat is not None and name is not None:
            return number, _Columns(day, ((name, ""),), seat)
    raise NotAllowed(NO_TABLE)


def _seat(cell: Any) -> str:
    return _SEATS.get(fold(str(cell or "")), "")


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell or "").strip().split(" ")[-1].replace("-", "/").replace(".", "/")
    for form in ("%d/%m/%Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day without an hour
        except ValueError:
            continue
    return None


def _times(line: Line, hours: DutySettings) -> tuple[datetime, datetime]:
    day = date.fromisoformat(line.day)
    return change_on(day, hours), change_on(day + timedelta(days=1), hours)


def _check_roster(plan: Plan, commune: Commune, now: datetime) -> None:
    """Faults of lines that are past, or that meet what stands in the roster."""
    hours = DutySettings.objects.of_commune(commune).first() or DutySettings(commune=commune)
    for line in plan.lines:
        start, end = _times(line, hours)
        if end <= now:
            plan.faults.append(f"{line.cell}: ngày {_written(line.day)} đã qua.")
            continue
        met = Shift.objects.of_commune(commune).in_seat(line.seat).between(start, end).first()
        if met is not None:
            plan.faults.append(f"{line.cell}: giờ này đã có người trực ({met}).")


def _written(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"


@transaction.atomic
def commit(commune: Commune, lines: Sequence[Line], *, by: User) -> int:
    """Make all shifts of a plan, or none; returns how many. Raises NotAllowed naming the cell."""
    require_editor(commune, by)
    hours = lock_roster(commune)
    people = User.objects.in_bulk([line.person for line in lines])
    now = timezone.now()
    for line in lines:
        person = people.get(line.person)
        why = "không còn tài khoản này." if person is None else why_unfit(person, commune)
        start, end = _times(line, hours)
        if not why and end <= now:
            why = f"ngày {_written(line.day)} đã qua."
        if person is None or why:
            raise NotAllowed(f"{line.cell}: {why}")
        made = Shift(
            commune=commune, seat=line.seat, person=person, starts_at=start, ends_at=end,
            is_edited=True,
        )  # fmt: skip
        try:
            store(made)
        except NotAllowed as refusal:
            raise NotAllowed(f"{line.cell}: {refusal}") from None
    audit.record("shift.imported", by=by, commune=commune, target=commune, shifts=len(lines))
    return len(lines)
