"""The replies of a round as a workbook: a line for each place, the sums below."""

from io import BytesIO
from typing import Any, Final

from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from documents.new_workbook import new_workbook
from documents.word import clean
from groups.export_workbooks import watermark
from oversight.direction.rounds.answers import Answer, Answers, answers_of
from oversight.direction.rounds.models import DirectionRound

FIRST: Final = ("STT", "Nơi nhận", "Tình trạng", "Hạn", "Ngày trả lời")
LAST: Final = ("Trả lời", "Người ghi")
WIDTHS: Final = (6, 28, 18, 12, 14)
NUMBER_WIDTH, WORDS_WIDTH = 16, 60
NOT_COUNTED: Final = "chưa tính"


def export_workbook(given: DirectionRound, *, by: User) -> bytes:
    """Workbook of a round for its reader, recorded in the audit trail."""
    answers = answers_of(given)
    content = workbook_of(given, answers, mark=watermark(given.commune, by))
    audit.record(
        "directionround.exported", by=by, target=given, commune=given.commune,
        rows=len(answers.lines),
    )  # fmt: skip
    return content


def workbook_of(given: DirectionRound, answers: Answers, *, mark: str) -> bytes:
    target = BytesIO()
    book = new_workbook(target)
    kinds: dict[str, Any] = {
        "bold": {"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"},
        "text": {"num_format": "@", "text_wrap": True, "border": 1, "valign": "top"},
        "number": {"num_format": "#,##0", "border": 1, "valign": "top"},
        "sum": {"num_format": "#,##0", "border": 1, "bold": True},
        "title": {"bold": True, "font_size": 14},
    }
    formats = {name: book.add_format(kind) for name, kind in kinds.items()}
    worksheet = book.add_worksheet("Trả lời")
    worksheet.set_paper(9)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.freeze_panes(4, 2)
    worksheet.write_string(0, 0, clean(given.title), formats["title"])
    under = ". ".join(filter(None, (f"{answers.progress}", answers.troubles)))
    worksheet.write_string(1, 0, f"{given.commune}. {given.get_issuer_display()}. {under}.")
    worksheet.write_string(2, 0, clean(mark))
    headings = (*FIRST, *(f"{one.label} ({one.unit})" for one in answers.asked), *LAST)
    widths = (*WIDTHS, *(NUMBER_WIDTH for _one in answers.asked), WORDS_WIDTH, 24)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        worksheet.set_column(column, column, width)
        worksheet.write_string(3, column, clean(heading), formats["bold"])
    for number, line in enumerate(answers.lines, 1):
        _write_line(worksheet, 3 + number, number, line, formats)
    if answers.asked:
        at = 4 + len(answers.lines)
        worksheet.write_string(at, 1, "Cộng", formats["bold"])
        for place, one in enumerate(answers.sums):
            worksheet.write_number(at, len(FIRST) + place, one.total, formats["sum"])
    book.close()
    return target.getvalue()


def _write_line(
    worksheet: Any, at: int, number: int, line: Answer, formats: dict[str, Any]
) -> None:
    part, reply = line.part, line.reply
    worksheet.write_number(at, 0, number, formats["number"])
    answered = f"{part.answered_on:%d/%m/%Y}" if part.answered_on else ""
    state = f"{part.get_state_display()}{', quá hạn' if line.is_overdue else ''}"
    for column, text in enumerate((part.addressee, state, f"{part.due_on:%d/%m/%Y}", answered), 1):
        worksheet.write_string(at, column, clean(text), formats["text"])
    column = len(FIRST)
    for value in line.numbers:
        if value is None:
            worksheet.write_string(at, column, "", formats["text"])
        elif line.is_counted:
            worksheet.write_number(at, column, value, formats["number"])
        else:
            worksheet.write_string(at, column, f"{value} ({NOT_COUNTED})", formats["text"])
        column += 1
    words = (
        (reply.text, f"{reply.by}, {timezone.localtime(reply.at):%d/%m/%Y}") if reply else ("", "")
    )
    for offset, text in enumerate(words):
        worksheet.write_string(at, column + offset, clean(text), formats["text"])
