"""Sentences on the numbers of tables."""

from collections.abc import Iterable, Iterator, Mapping

from groups.consultation.thresholds import said_percentage
from groups.models import ZaloGroup
from oversight.figures.table import Row, Table
from oversight.periods import Period
from vietnamese.text import grouped

NONE_YET = "Trong kỳ chưa có bài nào tới nhóm."


def of(row: Row | None, place: int = 0) -> int | None:
    return row.values[place] if row is not None else None


def by_label(table: Table, place: int = 0) -> Mapping[str, int | None]:
    return {row.label: row.values[place] for row in table.rows}


def households(table: Table) -> Iterator[str]:
    total, joined, through = (of(table.total, place) or 0 for place in range(3))
    if not total:
        yield f"Chưa ghi số hộ nên chưa tính được độ phủ; đã có {grouped(joined)} hộ trong nhóm."
        return
    yield (
        f"{grouped(joined)} trên {grouped(total)} hộ có người trong nhóm Zalo, "
        f"đạt {said_percentage(joined, total)}."
    )
    if through:
        yield f"Thêm {grouped(through)} hộ nhận tin qua người thân, hàng xóm."
    if joined + through > total:
        yield "Số hộ đã ghi nhỏ hơn số hộ trong danh sách: cần kiểm tra lại số hộ."


def groups(table: Table) -> str:
    columns = dict(zip(table.columns, table.total.values if table.total else (), strict=False))
    closed = columns.get(str(ZaloGroup.Status.CLOSED.label)) or 0
    active = columns.get(str(ZaloGroup.Status.ACTIVE.label)) or 0
    standing = sum(number or 0 for number in columns.values()) - closed
    return f"{grouped(active)} nhóm đang hoạt động, trên {grouped(standing)} nhóm chưa đóng."


def regulations(table: Table) -> str:
    """Rows in the order of `oversight.figures.place.STAGES`."""
    issued, agreed, asking, drafted, none = (row.values[0] or 0 for row in table.rows)
    total = of(table.total) or 0
    steps = [(asking, "đang lấy ý kiến"), (drafted, "mới có dự thảo"), (none, "chưa có quy chế")]
    rest = ", ".join(f"{grouped(count)} {words}" for count, words in steps if count)
    text = (
        f"{grouped(issued + agreed)} trên {grouped(total)} ấp, khu phố đã thống nhất quy chế, "
        f"trong đó {grouped(issued)} đã ban hành"
    )
    return f"{text}; {rest}." if rest else f"{text}."


def meetings(table: Table) -> str:
    held, there = of(table.total, 0) or 0, of(table.total, 1) or 0
    if not held:
        return "Trong kỳ chưa ghi cuộc họp lấy ý kiến nào."
    return f"Trong kỳ có {grouped(held)} cuộc họp lấy ý kiến, {grouped(there)} hộ, đơn vị có mặt."


def posts(table: Table, before: Table, span: Period, *, is_over: bool) -> Iterator[str]:
    """Sentences on posts; `before` is the table of the period before."""
    count, api, hand = (of(table.total, place) or 0 for place in range(3))
    if not count:
        yield NONE_YET
    else:
        yield (
            f"{grouped(count)} bài đã tới nhóm {grouped(api + hand)} lượt: máy gửi {grouped(api)}, "
            f"đăng tay {grouped(hand)}."
        )
    then = of(before.total) or 0
    yield compared(count, then, "bài", span, is_over=is_over)


def compared(now: int, then: int, unit: str, span: Period, *, is_over: bool) -> str:
    """Compare with the period before; a running period is not judged."""
    text = f"Kỳ trước ({span.words}): {grouped(then)} {unit}"
    if not is_over:
        return f"{text}; kỳ này chưa hết."
    if now == then:
        return f"{text}, bằng kỳ này."
    return f"{text}; kỳ này {'nhiều' if now > then else 'ít'} hơn {grouped(abs(now - then))}."


def speed(table: Table) -> Iterator[str]:
    numbers = [number or 0 for number in table.total.values] if table.total else []
    total = sum(numbers)
    if total:
        soon, day = numbers[0], numbers[0] + numbers[1]
        yield (
            f"Tới trong 1 giờ: {said_percentage(soon, total)} số lượt; trong 24 giờ: "
            f"{said_percentage(day, total)}."
        )


def by_hand(table: Table) -> Iterator[str]:
    done, missed, waiting, _cancelled = (row.values[0] or 0 for row in table.rows)
    if done or missed or waiting:
        yield (
            f"Đăng tay: đã đăng {grouped(done)}, bỏ lỡ {grouped(missed)}, còn chờ "
            f"{grouped(waiting)} lượt."
        )


def tips(table: Table, words: str) -> str:
    number = (
        of(table.total) if table.total is not None else of(table.rows[0] if table.rows else None)
    )
    if number is None:
        return f"{words[:1].upper()}{words[1:]}: {table.note or 'số phản ánh không nêu.'}"
    return f"{words[:1].upper()}{words[1:]} nhận {grouped(number)} phản ánh."


def rows_with_numbers(table: Table, words: str) -> Iterator[str]:
    """Rows with a number, by name."""
    text = [f"{row.label.lower()} {grouped(row.values[0])}" for row in table.rows if row.values[0]]
    if text:
        yield f"{words[:1].upper()}{words[1:]}: {'; '.join(text)}."


def questions(table: Table) -> Iterator[str]:
    if table.total is None:
        yield table.note
        return
    total = sum(number or 0 for number in table.total.values)
    if not total:
        yield "Trong kỳ chưa có câu hỏi nào về thủ tục."
        return
    sums = [(row.label, sum(number or 0 for number in row.values)) for row in table.rows]
    text = "; ".join(f"{label.lower()} {grouped(count)}" for label, count in sums if count)
    yield f"{grouped(total)} câu hỏi: {text}."


def directions(table: Table) -> str:
    """Columns in the order of `oversight.figures.direction.REPLIES`."""
    in_time, late, open_, overdue, unanswered = (of(table.total, one) or 0 for one in range(5))
    total = in_time + late + open_ + overdue + unanswered
    if not total:
        return "Trong kỳ chưa giao chỉ đạo nào."
    text = _counted(
        (in_time, "đã trả lời đúng hạn"), (late, "đã trả lời sau hạn"), (open_, "chờ trả lời"),
        (overdue, "quá hạn chưa trả lời"), (unanswered, "khép lại không trả lời"),
    )  # fmt: skip
    return f"{grouped(total)} chỉ đạo giao trong kỳ: {text}."


def steps(table: Table) -> str:
    """Columns in the order of `oversight.figures.direction.STEPS`."""
    in_time, late, open_, overdue = (of(table.total, one) or 0 for one in range(4))
    total = in_time + late + open_ + overdue
    if not total:
        return "Trong kỳ không có việc nào của kế hoạch đến hạn."
    text = _counted(
        (in_time, "xong đúng hạn"), (late, "xong sau hạn"), (open_, "chưa xong, còn hạn"),
        (overdue, "quá hạn"),
    )  # fmt: skip
    return f"{grouped(total)} việc trong kế hoạch có hạn trong kỳ: {text}."


def _counted(*parts: tuple[int, str]) -> str:
    return "; ".join(f"{grouped(count)} {words}" for count, words in parts if count)


def spreading(table: Table) -> Iterator[str]:
    done, there, _times, people = (of(table.total, place) or 0 for place in range(4))
    if done:
        yield (
            f"{grouped(done)} tổ chức đảng đã quán triệt trong kỳ, có {grouped(people)} lượt người "
            f"dự (xã có {grouped(there)} tổ chức đảng)."
        )


def proposals(table: Table) -> Iterator[str]:
    total = of(table.total) or 0
    if total:
        rows = [(row.values[0] or 0, row.label.lower()) for row in table.rows]
        yield f"{grouped(total)} kiến nghị gửi Đảng ủy: {_counted(*rows)}."


def waiting(counts: Iterable[tuple[str, int]]) -> str:
    """Waiting work by name; empty if there is none."""
    text = "; ".join(
        f"{grouped(count)} {label[:1].lower()}{label[1:]}" for label, count in counts if count
    )
    return f"{text}." if text else ""
