"""Lists, lanes and lines as the import screen shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import User
from groups.member_import import erased_people, place_display
from groups.member_import import services as member_import
from groups.member_import.models import MemberImport, MemberImportRow
from groups.places.models import Team
from groups.residents.models import Member
from vietnamese.text import grouped, local_phone, masked_phone

State, Lane = MemberImport.State, MemberImportRow.Lane

STATE_TONES = {
    State.READING: "info", State.PREVIEW: "warn", State.COMMITTING: "info",
    State.COMMITTED: "good", State.FAILED: "bad", State.DISCARDED: "plain",
    State.UNDONE: "plain",
}  # fmt: skip
# Lane → its tab, the colour, and what it means; in the order of the tabs: what needs a person,
# what will be written, what will not.
LANES: dict[str, tuple[str, str, str]] = {
    Lane.DOUBTFUL: (
        "Cần xem", "warn",
        "Gần giống một người đã có. Hãy chọn; dòng chưa chọn sẽ không được nhập.",
    ),
    Lane.REFUSED: (
        "Không nhận", "bad", "Có ô không hiểu được. Sửa ngay tại đây; dòng chưa sửa không nhập.",
    ),
    Lane.NEW: ("Mới", "good", "Chưa có trong danh sách thành viên, sẽ được thêm."),
    Lane.CHANGED: ("Thay đổi", "info", "Đã có; những ô khác sẽ được sửa theo tệp."),
    Lane.SAME: ("Không đổi", "plain", "Đã có và giống hệt, không phải làm gì."),
    Lane.REPEATED: ("Lặp trong tệp", "plain", "Giống hệt một dòng ở trên, chỉ nhập một lần."),
    Lane.OUTDATED: (
        "Đã bị sửa", "warn", "Có người sửa, thêm hoặc bỏ thành viên này trong lúc chờ nhập.",
    ),
    Lane.DROPPED: ("Dòng bỏ qua", "plain", "Tiêu đề, dòng cộng, chữ ký… không phải người."),
}  # fmt: skip
# What a lane means once the list is in, or has been taken back.
AFTERWARDS: dict[str, str] = {
    Lane.DOUBTFUL: "Gần giống một người đã có mà chưa ai chọn.",
    Lane.REFUSED: "Có ô không hiểu được.",
    Lane.NEW: "Chưa có trong danh sách thành viên lúc nhập.",
    Lane.CHANGED: "Đã có; những ô khác được sửa theo tệp.",
}
# The tab that opens first: what needs a person, then what will be written.
ORDER = (Lane.DOUBTFUL, Lane.REFUSED, Lane.CHANGED, Lane.NEW, Lane.SAME)
ALWAYS = (Lane.NEW, Lane.CHANGED, Lane.SAME, Lane.DOUBTFUL, Lane.REFUSED)
FIELD_LABELS = {
    "full_name": "Họ và tên", "birth": "Ngày, năm sinh", "birth_date": "Ngày sinh",
    "birth_year": "Năm sinh", "gender": "Giới tính", "phone": "Điện thoại", "team": "Tổ",
    "address": "Địa chỉ", "household_code": "Mã hộ", "is_representative": "Đại diện hộ",
    "consent_basis": "Sự đồng ý",
}  # fmt: skip
SHORT_LABELS = {
    "phone": "ĐT", "birth": "Sinh", "gender": "Giới", "team": "Tổ", "address": "Địa chỉ",
    "household_code": "Hộ",
}  # fmt: skip
EMPTY = "(trống)"


@dataclass(frozen=True)
class Badge:
    label: str
    tone: str


def state_of(batch: MemberImport) -> Badge:
    return Badge(str(State(batch.state).label), STATE_TONES[State(batch.state)])


def meaning_of(lane: str, *, is_open: bool) -> str:
    """Meaning of a lane, in a sentence for a list that waits or for one that is over."""
    waiting = LANES[lane][2]
    return waiting if is_open else AFTERWARDS.get(lane, waiting)


@dataclass(frozen=True)
class Progress:
    """Progress of a worker, for the page and for its script."""

    state: str
    label: str
    said: str
    done: int
    total: int


STALE_S = 60


def progress_of(batch: MemberImport) -> Progress:
    is_reading = batch.state == State.READING
    label = "Máy đang đọc tệp" if is_reading else "Máy đang nhập vào danh sách thành viên"
    if batch.heartbeat_at is not None:
        idle = (timezone.now() - batch.heartbeat_at).total_seconds()
    else:
        idle = (timezone.now() - batch.created_at).total_seconds() if is_reading else 0
    if idle > STALE_S:
        said = "Máy đang bận hoặc vừa khởi động lại. Việc này sẽ tự tiếp tục, không mất gì."
    elif batch.rows_total and not is_reading:
        said = f"Xong {grouped(batch.rows_done)} trong {grouped(batch.rows_total)} dòng."
    else:
        said = "Tệp vài nghìn dòng mất vài giây."
    total = 0 if is_reading else batch.rows_total
    return Progress(batch.state, label, said, batch.rows_done, total)


def lane_counts(batch: MemberImport) -> dict[str, int]:
    return {lane: int(batch.counts.get(lane) or 0) for lane in LANES}


def figures_of(batch: MemberImport) -> str:
    """The lanes that say something, in a line of the list of imports."""
    counts = lane_counts(batch)
    lanes = (Lane.NEW, Lane.CHANGED, Lane.SAME, Lane.DOUBTFUL, Lane.REFUSED)
    named = [f"{LANES[lane][0].lower()} {grouped(counts[lane])}" for lane in lanes if counts[lane]]
    return ", ".join(named) or "–"


# The lines of a list as the page shows them: cells, problems, changes, people who are alike.
#
# Whole phones stand only in what the file says; those of the register show their end, as in every
# list. What else the register hides from an account is hidden here.


Decision = MemberImportRow.Decision


@dataclass
class Change:
    """One field before and after."""

    label: str
    old: str
    new: str


@dataclass
class Remark:
    """One problem: where, and what to do."""

    cell: str
    sentence: str
    tone: str


@dataclass
class Compared:
    """One field of the line and of somebody else."""

    label: str
    own: str
    other: str
    differs: bool


@dataclass
class Candidate:
    """Somebody who may be the same person, side by side with the line."""

    member_id: int
    title: str
    column: str
    fields: list[Compared]


@dataclass
class Cell:
    """One editable cell."""

    name: str
    label: str
    text: str
    is_wrong: bool
    is_edited: bool

    @property
    def title(self) -> str:
        """A short word before the cell, where a line is two lines of a phone."""
        says_so = self.name == "team" and self.text.lower().startswith("tổ")
        return "" if says_so else SHORT_LABELS.get(self.name, "")


@dataclass
class Line:
    """A line of the list as the page shows it."""

    row: MemberImportRow
    place: str
    cells: list[Cell]
    notes: list[Remark] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    decided: str = ""
    dropped: str = ""
    places: list[tuple[str, str]] = field(default_factory=list)
    is_held: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether a phone may leave its remarks for whoever opens the line: they are told by kind
        above, and nothing is to be decided."""
        return self.row.lane in (Lane.NEW, Lane.CHANGED, Lane.SAME, Lane.REPEATED)


def is_held(row: MemberImportRow) -> bool:
    """Whether it is somebody who was erased, and waits for a new agreement."""
    return row.lane == Lane.REFUSED and any(
        problem["code"] == erased_people.CODE for problem in row.problems or []
    )


def place_of(row: MemberImportRow) -> str:
    """Place in the file, as Excel would say it."""
    place = f"Trang “{row.sheet}”" if row.sheet else "Tệp"
    return f"{place}, dòng {row.row}" if row.row else place


# What of the register is for accounts that may see a member in full.
IN_FULL = ("birth_date", "address", "household_code")
HIDDEN = "(được che)"


def _register(name: str, value: Any, *, in_full: bool) -> str:
    """A value of the register as this account may read it."""
    if value and name in IN_FULL and not in_full:
        return HIDDEN
    return _in_words(name, value)


def _in_words(name: str, value: Any) -> str:
    """A stored value of the register in words; a phone shows its end, as in every list."""
    if value in (None, ""):
        return EMPTY
    if name == "gender":
        return str(Member.Gender(value).label)
    if name == "phone":
        return masked_phone(str(value))
    if name == "consent_basis":
        return str(Member.Consent(value).label)
    if name == "is_representative":
        return "có" if value else "không"
    if name == "birth_date" and not isinstance(value, str):
        return f"{value:%d/%m/%Y}"
    if name == "birth_date":
        year, month, day = str(value).split("-")
        return f"{day}/{month}/{year}"
    return str(value)


def value_of(row: MemberImportRow, name: str) -> str:
    """A field of a readable line, in words."""
    value = getattr(row, name)
    return local_phone(value) if name == "phone" and value else _in_words(name, value)


def changes_of(row: MemberImportRow, teams: dict[int, str], *, in_full: bool) -> list[Change]:
    """Changes of the register, before and after."""
    old, new = row.old or {}, row.new or {}
    changes = []
    for name, becomes in new.items():
        was = old.get(name)
        if name == "team_id":
            changes.append(Change(FIELD_LABELS["team"], teams.get(was or 0, EMPTY), row.team))
        elif name in FIELD_LABELS and becomes != was:
            after = (
                local_phone(becomes) if name == "phone" and becomes else _in_words(name, becomes)
            )
            before = _register(name, was, in_full=in_full)
            changes.append(Change(FIELD_LABELS[name], before, after))
    return changes


def _notes(row: MemberImportRow) -> list[Remark]:
    return [
        Remark(
            cell=f"{problem['column']}{row.row}" if problem.get("column") else "",
            sentence=problem["message"],
            tone="bad" if problem["is_error"] else "warn",
        )
        for problem in row.problems or []
    ]


COMPARED = (
    "full_name", "birth_date", "birth_year", "gender", "phone", "team", "address",
    "household_code",
)  # fmt: skip


def _cells(row: MemberImportRow) -> list[Cell]:
    wrong = {problem.get("field") for problem in row.problems or [] if problem["is_error"]}
    return [
        Cell(
            name,
            FIELD_LABELS[name],
            member_import.editable_text(row, name),
            name in wrong,
            name in (row.edits or {}),
        )
        for name in member_import.EDITABLE
    ]


def lines_of(batch: MemberImport, rows: Iterable[MemberImportRow], *, user: User) -> list[Line]:
    """Lines of one page; whom they may be is read in two queries, and only where it may be seen."""
    rows = list(rows)
    wanted = [one for row in rows for one in row.candidates or []]
    members = {
        member.pk: member
        for member in Member.objects.visible_to(user)
        .filter(pk__in={one["member"] for one in wanted})
        .select_related("team")
    }
    positions = {one["row"] for one in wanted if "row" in one}
    others = {row.position: row for row in batch.rows.filter(position__in=positions)}
    old_teams = {row.old.get("team_id") for row in rows if row.old}
    teams = Team.objects.visible_to(user).filter(pk__in=old_teams - {None})
    names = dict(teams.values_list("pk", "name"))
    in_full = user.has_perm("groups.reveal_member")
    lines = [_line(row, members, others, names, in_full=in_full) for row in rows]
    of_places = place_display.names_of(batch, rows, user)
    for line in lines:
        line.places = place_display.place_lines(line.row, of_places)
    return lines


def _line(
    row: MemberImportRow,
    members: dict[int, Member],
    others: dict[int, MemberImportRow],
    teams: dict[int, str],
    *,
    in_full: bool,
) -> Line:
    if row.lane == Lane.DROPPED:
        said = " ".join(problem["message"] for problem in row.problems or [])
        return Line(row, place_of(row), [], dropped=f"{said} {row.full_name}".strip())
    return Line(
        row=row,
        place=place_of(row),
        cells=_cells(row),
        notes=_notes(row),
        changes=changes_of(row, teams, in_full=in_full),
        candidates=_candidates(row, members, others, in_full=in_full),
        decided=str(Decision(row.decision).label) if row.decision else "",
        is_held=is_held(row),
    )


def _candidates(
    row: MemberImportRow,
    members: dict[int, Member],
    others: dict[int, MemberImportRow],
    *,
    in_full: bool,
) -> list[Candidate]:
    found = []
    for one in row.candidates or []:
        own = {name: value_of(row, name) for name in COMPARED}
        if other := others.get(one.get("row", -1)):
            title, column = f"Cũng trong tệp này, {place_of(other)}", f"Dòng {other.row}"
            values = {name: value_of(other, name) for name in COMPARED}
        elif member := members.get(one["member"]):
            title, column = "Đã có trong danh sách thành viên", "Đang ghi"
            values = {
                name: _register(name, getattr(member, name), in_full=in_full)
                for name in COMPARED
                if name != "team"
            }
            values["team"] = member.team.name if member.team else EMPTY
            if row.phone and row.phone == member.phone:
                own["phone"] = values["phone"]
        else:
            continue
        found.append(Candidate(one["member"], title, column, _compared(own, values)))
    return found


def _compared(own: dict[str, str], values: dict[str, str]) -> list[Compared]:
    """Field by field; what the file leaves blank speaks against nobody."""
    return [
        Compared(
            FIELD_LABELS[name],
            own[name],
            values[name],
            differs=not {own[name], values[name]} & {EMPTY, HIDDEN} and own[name] != values[name],
        )
        for name in COMPARED
        if own[name] != EMPTY or values[name] != EMPTY
    ]
