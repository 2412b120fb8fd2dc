from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from procedures.editions import services
from procedures.editions.content import content_of
from procedures.editions.services import start
from procedures.models import Edition, Procedure
from procedures.workbooks import importing, writing
from procedures.workbooks.writing import PROCEDURES
from tests.attacks.workbooks import BOMBS
from tests.factories.procedures import (
    content_with,
    make_area,
    make_edition,
    make_procedure,
    make_published,
)


def exported(*procedures: Procedure) -> bytes:
    rows = Procedure.objects.select_related("area")
    return writing.write(rows.filter(pk__in=[row.pk for row in procedures]) if procedures else rows)


class Book:
    """An exported workbook in hand, to be changed cell by cell."""

    def __init__(self, *procedures: Procedure) -> None:
        self.book = openpyxl.load_workbook(BytesIO(exported(*procedures)))

    def cell(self, sheet: str, heading: str, row: int = 2):
        headings = [cell.value for cell in self.book[sheet][1]]
        return self.book[sheet].cell(row, headings.index(heading) + 1)

    def put(self, sheet: str, heading: str, value: object, row: int = 2) -> str:
        self.cell(sheet, heading, row).value = value
        return self.cell(sheet, heading, row).coordinate

    def content(self) -> bytes:
        target = BytesIO()
        self.book.save(target)
        return target.getvalue()

    def read(self) -> importing.Reading:
        return importing.read(self.content())


def refused(book: Book) -> list[tuple[str, str]]:
    return [(problem.sheet, problem.cell) for problem in book.read().problems]


@pytest.mark.usefixtures("library")
def test_whole_library_out_and_in_again_changes_nothing(chief):
    before = list(Edition.objects.order_by("pk").values())

    found = importing.read(exported())
    changes = importing.plan(found.rows)

    assert (len(found.rows), found.problems, changes) == (Procedure.objects.count(), [], [])
    importing.apply(changes, by=chief)
    assert list(Edition.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("library")
def test_saved_by_another_program_it_still_changes_nothing():
    assert importing.plan(Book().read().rows) == []


def test_awkward_texts_survive_the_way_out_and_in(db):
    content = content_with(
        who="=1+1", how="+84 gọi\n\ndòng ba", where="@nơi & <b>", in_person="-5",
        short_answer="Một\nhai “ba”", forms=["ĐKX10", "03"],
        dossier=[{"name": "=HYPERLINK(\"x\")", "detail": "'nháy"}],
        time_limits=[{"amount": 0.5, "unit": "working_days"}, {"unit": "at_once"}],
        fees=[{"direct": 0}, {"online": 1200000, "valid_from": "2026-02-03"}],
    )  # fmt: skip
    edition = make_edition(make_procedure(other_codes=["1.2 (3)", "4.5"]), content=content)

    found = importing.read(exported(edition.procedure))

    assert found.problems == []
    assert found.rows[0].content == content
    assert importing.plan(found.rows) == []


def test_no_cell_of_the_file_is_a_formula(db):
    make_edition(content=content_with(who="=cmd|'/c calc'!A1", where="+1", how="@SUM(1)"))

    book = openpyxl.load_workbook(BytesIO(exported()))

    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
    filled = {type(c.value) for sheet in book for row in sheet.iter_rows() for c in row}
    assert filled <= {str, type(None)}


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "sentence"),
    [
        ("Thủ tục", "Tên thủ tục", None, "không được để trống"),
        ("Thủ tục", "Tên thủ tục", "x" * 201, "200"),
        ("Thủ tục", "Lĩnh vực", "Không có", "Không có lĩnh vực"),
        ("Thủ tục", "Nơi giải quyết", "Trung ương", "không có trong danh mục"),
        ("Thủ tục", "Còn áp dụng", "chắc là", "Ghi Có hoặc Không"),
        ("Thủ tục", "Câu trả lời ngắn", "chữ " * 91, "có 91 chữ"),
        ("Thủ tục", "Câu trả lời ngắn", "Nộp 20.000 đồng", "Đừng ghi số tiền"),
        ("Thủ tục", "Trang chính thức", "không phải trang", "không hợp lệ"),
        ("Thủ tục", "Áp dụng từ ngày", "31/02/2026", "không phải là ngày"),
        ("Thủ tục", "Ai được làm", "=1+1", "là công thức"),
        ("Hồ sơ", "Giấy tờ", "", "không được để trống"),
        ("Thời hạn", "Đơn vị", "tuần", "không có trong danh mục"),
        ("Thời hạn", "Số lượng", "", "giải quyết ngay"),
        ("Thời hạn", "Số lượng", "-3", "lớn hơn 0"),
        ("Thời hạn", "Số lượng", "ba", "không phải là số lượng"),
        ("Lệ phí", "Nộp trực tiếp (đồng)", "hai chục", "không phải là số tiền"),
        ("Lệ phí", "Đã kiểm chứng", "?", "Ghi Có hoặc Không"),
        ("Căn cứ", "Văn bản", "v" * 61, "60"),
        ("Căn cứ", "Mã thủ tục", "khong-co", "Không có thủ tục"),
    ],
)
def test_wrong_cell_is_refused_by_its_name(db, sheet, heading, value, sentence):
    edition = make_edition()
    book = Book(edition.procedure)
    at = book.put(sheet, heading, value)

    found = book.read()

    assert [(one.sheet, one.cell) for one in found.problems] == [(sheet, at)]
    assert sentence in found.problems[0].sentence


def test_all_wrong_cells_are_named_at_once(db):
    first, second = make_edition(), make_edition()
    book = Book(first.procedure, second.procedure)
    wanted = [
        (PROCEDURES, book.put(PROCEDURES, "Tên thủ tục", None)),
        (PROCEDURES, book.put(PROCEDURES, "Nơi giải quyết", "x", row=3)),
        ("Lệ phí", book.put("Lệ phí", "Nộp trực tiếp (đồng)", "x", row=3)),
    ]

    assert refused(book) == wanted


def test_fee_without_amount_and_days_reversed_are_refused(db):
    book = Book(make_edition().procedure)
    book.put("Lệ phí", "Nộp trực tiếp (đồng)", None)
    at = book.put("Lệ phí", "Nộp trực tuyến (đồng)", None)
    assert refused(book) == [("Lệ phí", at.replace("D", "C"))]

    book = Book(make_edition().procedure)
    book.put("Lệ phí", "Từ ngày", "02/01/2026")
    at = book.put("Lệ phí", "Đến hết ngày", "01/01/2026")
    assert refused(book) == [("Lệ phí", at)]


def test_procedure_twice_and_citation_twice_are_refused(db):
    edition = make_edition()
    book = Book(edition.procedure)
    for sheet in (PROCEDURES, "Căn cứ"):
        page = book.book[sheet]
        for place in range(1, page.max_column + 1):
            page.cell(3, place).value = page.cell(2, place).value

    assert refused(book) == [(PROCEDURES, "A3"), ("Căn cứ", "A3")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.4", "Mã;Tên\n1;2".encode()])
def test_file_that_is_no_workbook_is_refused(db, content):
    with pytest.raises(importing.UnreadableWorkbook, match="Không đọc được tệp"):
        importing.read(content)


def test_workbook_without_a_sheet_or_heading_is_refused(db):
    procedure = make_edition().procedure
    book = Book(procedure)
    del book.book["Lệ phí"]
    with pytest.raises(importing.UnreadableWorkbook, match="thiếu trang “Lệ phí”"):
        book.read()

    book = Book(procedure)
    book.cell("Hồ sơ", "Giấy tờ", row=1).value = "Giấy"
    with pytest.raises(importing.UnreadableWorkbook, match="thiếu cột: Giấy tờ"):
        book.read()


def test_file_that_grows_too_large_is_refused():
    with pytest.raises(importing.UnreadableWorkbook, match="giải nén"):
        importing.read(BOMBS["deflated"]())


def test_days_and_numbers_of_excel_are_taken_as_they_are(db):
    edition = make_edition()
    book = Book(edition.procedure)
    book.put("Lệ phí", "Nộp trực tiếp (đồng)", 30000.0)
    book.put("Lệ phí", "Đến hết ngày", datetime(2026, 12, 31, tzinfo=UTC).replace(tzinfo=None))
    book.put("Thời hạn", "Số lượng", 5)

    row = book.read().rows[0]

    assert row.content["fees"] == [
        {"direct": 30000, "online": 10000, "valid_to": "2026-12-31", "is_verified": True}
    ]
    assert row.content["time_limits"] == [{"amount": 5, "unit": "working_days"}]


def test_change_becomes_a_draft_and_what_is_in_use_stays(chief):
    edition = make_published()
    book = Book(edition.procedure)
    book.put(PROCEDURES, "Nơi làm", "Nơi mới.")
    changes = importing.plan(book.read().rows)

    assert [(change.what, [part.label for part in change.content]) for change in changes] == [
        ("bản nháp mới", ["Nơi làm"])
    ]
    importing.apply(changes, by=chief)

    draft = edition.procedure.editions.open().get()
    edition.refresh_from_db()
    assert (edition.status, edition.where) == ("published", "Công an xã nơi cư trú.")
    assert (draft.status, draft.where, draft.drafted_by) == ("draft", "Nơi mới.", chief)
    assert draft.events.get().kind == "imported"
    assert importing.plan(book.read().rows) == []


def test_draft_at_hand_is_changed_and_a_checked_one_gives_way(chief):
    draft = make_edition()
    book = Book(draft.procedure)
    book.put(PROCEDURES, "Nơi làm", "Nơi mới.")
    importing.apply(importing.plan(book.read().rows), by=chief)
    draft.refresh_from_db()
    assert (draft.number, draft.where) == (1, "Nơi mới.")

    services.check(draft, by=chief, with_what="Cổng", confidence="high")
    book.put(PROCEDURES, "Nơi làm", "Nơi nữa.")
    importing.apply(importing.plan(book.read().rows), by=chief)
    states = draft.procedure.editions.order_by("number").values_list("status", "where")
    assert list(states) == [("superseded", "Nơi mới."), ("draft", "Nơi nữa.")]


def test_new_procedure_comes_with_a_draft_and_own_columns_are_taken(chief):
    area = make_area(name="Việc mới")
    edition = make_edition()
    book = Book(edition.procedure)
    page = book.book[PROCEDURES]
    for place in range(1, page.max_column + 1):
        page.cell(3, place).value = page.cell(2, place).value
    book.put(PROCEDURES, "Mã thủ tục", "viec-moi", row=3)
    book.put(PROCEDURES, "Mã thủ tục quốc gia", None, row=3)
    book.put(PROCEDURES, "Lĩnh vực", "viec moi", row=3)
    book.put(PROCEDURES, "Tên thủ tục", "Tên đã sửa", row=2)

    changes = importing.plan(book.read().rows)
    assert [change.what for change in changes] == ["tên thủ tục", "thủ tục mới, một bản nháp"]
    assert importing.apply(changes, by=chief) == 2

    made = Procedure.objects.get(slug="viec-moi")
    assert (made.area, made.code, made.editions.get().status) == (area, "", "draft")
    assert content_of(made.editions.get())["where"] == "Công an xã nơi cư trú."
    edition.procedure.refresh_from_db()
    assert edition.procedure.name == "Tên đã sửa"


def test_import_needs_its_right(officer_of, hamlet, chief):
    edition = make_published()
    book = Book(edition.procedure)
    book.put(PROCEDURES, "Nơi làm", "Nơi mới.")
    changes = importing.plan(book.read().rows)

    with pytest.raises(services.NotAllowed):
        importing.apply(changes, by=officer_of(hamlet))
    assert edition.procedure.editions.count() == 1


def test_procedure_without_edition_is_carried_as_an_empty_line(chief):
    procedure = make_procedure()

    found = importing.read(exported(procedure))

    assert (found.problems, importing.plan(found.rows)) == ([], [])
    assert start(procedure, found.rows[0].content, by=chief).number == 1


def test_columns_for_reading_are_not_read(chief):
    edition = make_published()
    book = Book(edition.procedure)
    last = book.book[PROCEDURES].max_column
    for place in (last - 2, last - 1, last):
        book.book[PROCEDURES][f"{get_column_letter(place)}2"].value = "gì cũng được"

    found = book.read()

    assert (found.problems, importing.plan(found.rows)) == ([], [])
