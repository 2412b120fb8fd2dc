"""What the import screen says about a list and its lanes."""

from dataclasses import dataclass

from django.utils import timezone

from groups.models import MemberImport, MemberImportRow

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
EMPTY = "(trống)"


@dataclass(frozen=True)
class Said:
    label: str
    tone: str


def state_of(batch: MemberImport) -> Said:
    return Said(str(State(batch.state).label), STATE_TONES[State(batch.state)])


def meaning_of(lane: str, *, is_open: bool) -> str:
    """What a lane is, in a sentence for a list that waits or for one that is over."""
    waiting = LANES[lane][2]
    return waiting if is_open else AFTERWARDS.get(lane, waiting)


def number(value: int) -> str:
    """25000 → `25.000`."""
    return f"{value:,}".replace(",", ".")


@dataclass(frozen=True)
class Progress:
    """How far a worker is, for the page and for its script."""

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
        said = f"Xong {number(batch.rows_done)} trong {number(batch.rows_total)} dòng."
    else:
        said = "Tệp vài nghìn dòng mất vài giây."
    total = 0 if is_reading else batch.rows_total
    return Progress(batch.state, label, said, batch.rows_done, total)


def lane_counts(batch: MemberImport) -> dict[str, int]:
    return {lane: int(batch.counts.get(lane) or 0) for lane in LANES}


def figures_of(batch: MemberImport) -> str:
    """The lanes that say something, in a line of the list of imports."""
    counts = lane_counts(batch)
    shown = (Lane.NEW, Lane.CHANGED, Lane.SAME, Lane.DOUBTFUL, Lane.REFUSED)
    named = [f"{LANES[lane][0].lower()} {number(counts[lane])}" for lane in shown if counts[lane]]
    return ", ".join(named) or "–"
