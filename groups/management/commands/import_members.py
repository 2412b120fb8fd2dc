import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from groups.member_import import committing, enqueue, previewing
from groups.member_import import services as member_import
from groups.member_import.reader.files import PASTED
from groups.member_import.reader.limits import MAX_BYTES
from groups.member_import.reader.problems import notice
from groups.member_import.services import NotAllowed, UnreadableFile
from groups.models import Hamlet, MemberImport, MemberImportRow

# A whole import in the calling process, for the command: read, compare, write down, tell.


Lane, State = MemberImportRow.Lane, MemberImport.State
# Lines that are left out in every list and say nothing of a person.
_QUIET = frozenset(f"dropped_{kind}" for kind in (
    "column", "household",
    "title", "group", "place", "total", "signature", "numbering", "note", "left_out"
))  # fmt: skip


@dataclass
class Outcome:
    """Result of an import; `errors` and `warnings` name sheet, row, column, code and message."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)


def import_members(
    content: bytes, filename: str, *, hamlet: Hamlet, dry_run: bool = False
) -> Outcome:
    """Import a list into a hamlet; doubtful people go in as people of their own, with a warning.

    Raises UnreadableFile when nothing can be read, and NotAllowed with a sentence.
    """
    if dry_run:
        with transaction.atomic():
            outcome = _outcome(_preview(content, filename, hamlet))
            transaction.set_rollback(True)
        return outcome
    finish_stale(hamlet)
    batch = _preview(content, filename, hamlet)
    member_import.commit(batch, by=None, in_background=False)
    committing.run(batch.pk)
    batch.refresh_from_db()
    return _outcome(batch)


def finish_stale(hamlet: Hamlet) -> None:
    """A list of the hamlet that was left half written by a process that is gone comes first."""
    stale = enqueue.stale(State.COMMITTING, enqueue.COMMITTING_S)
    own = MemberImport.objects.filter(pk__in=stale, hamlet=hamlet).order_by("pk")
    for batch_id in own.values_list("pk", flat=True):
        committing.run(batch_id)


@transaction.atomic
def _preview(content: bytes, filename: str, hamlet: Hamlet) -> MemberImport:
    batch = member_import.start(
        content, filename or PASTED, hamlet=hamlet, by=None, in_background=False
    )
    previewing.make_preview(batch)
    doubtful = {row.position: row for row in batch.rows.filter(lane=Lane.DOUBTFUL)}
    member_import.repair(batch, "separate_all", by=None)
    rows = list(batch.rows.filter(position__in=list(doubtful)))
    for row in rows:
        before = doubtful[row.position]
        twins = [one for one in before.problems or [] if one["code"] == "row_twin"]
        row.problems = [*(row.problems or []), *(twins or [notice("added_separately")])]
        row.candidates = before.candidates
    MemberImportRow.objects.bulk_update(rows, ["problems", "candidates"], batch_size=500)
    return batch


def _outcome(batch: MemberImport) -> Outcome:
    counts = batch.counts
    left_out = (Lane.REFUSED, Lane.REPEATED, Lane.OUTDATED, Lane.DOUBTFUL)
    outcome = Outcome(
        created=counts[Lane.NEW],
        updated=counts[Lane.CHANGED],
        unchanged=counts[Lane.SAME],
        skipped=sum(counts[lane] for lane in left_out),
    )
    letters = {
        (table["sheet"], column["field"]): column["letter"]
        for table in batch.sheets
        for column in table["columns"]
    }
    noted = batch.rows.exclude(problems=None).order_by("position")
    for row in noted.only("sheet", "row", "problems", "lane").iterator():
        for problem in row.problems or []:
            if problem["code"] in _QUIET:
                continue
            line = {
                "sheet": row.sheet,
                "row": row.row,
                "column": problem["column"]
                or letters.get((row.sheet, problem.get("field", "")), ""),
                "code": problem["code"],
                "message": problem["message"],
            }
            (outcome.errors if problem["is_error"] else outcome.warnings).append(line)
    return outcome


LISTED = 50


class Command(BaseCommand):
    help = (
        "Nhập danh sách thành viên của một ấp từ tệp .xlsx, .xls, .ods, .csv, .txt. Dòng nào đúng "
        "thì nhập, dòng nào sai thì nêu rõ ô và cách sửa; nhập lại cùng một tệp không đổi gì."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="TỆP", help="tệp danh sách")
        parser.add_argument("--hamlet", required=True, metavar="MÃ", help="mã ấp, ví dụ AP03")
        parser.add_argument("--commune", default="", metavar="MÃ", help="mã xã, khi trùng mã ấp")
        parser.add_argument("--dry-run", action="store_true", help="chỉ xem, không nhập")
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        hamlet = self._hamlet(options["hamlet"], options["commune"])
        path = Path(options["file"])
        try:
            outcome = import_members(
                self._content(path), path.name, hamlet=hamlet, dry_run=options["dry_run"]
            )
        except (UnreadableFile, NotAllowed) as refusal:
            if options["json"]:
                error = {"sheet": "", "row": 0, "column": "", "code": "unreadable"}
                self._write_json(Outcome(errors=[error | {"message": str(refusal)}]))
            raise CommandError(str(refusal)) from None
        if options["json"]:
            self._write_json(outcome)
        else:
            self._tell(outcome, hamlet, is_rehearsal=options["dry_run"])

    def _content(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"Không mở được tệp {path}: {_reason(error)}.") from None

    def _hamlet(self, code: str, commune_code: str) -> Hamlet:
        found = Hamlet.objects.valid_on(timezone.localdate()).select_related("commune")
        if commune_code:
            found = found.filter(commune__code=commune_code)
        hamlets = list(found.filter(code=code)) or list(found.filter(code__iexact=code))
        if not hamlets:
            self._refuse_past(code, commune_code)
            place = f" ở xã mang mã {commune_code}" if commune_code else ""
            raise CommandError(f"Không có ấp mang mã {code}{place}. Xem mã ở mục Ấp, khu phố.")
        if len(hamlets) > 1:
            places = "; ".join(
                f"{hamlet} – {hamlet.commune} (mã xã {hamlet.commune.code or 'chưa ghi'})"
                for hamlet in hamlets[:10]
            )
            raise CommandError(f"Có {len(hamlets)} ấp mang mã {code}: {places}. Thêm --commune MÃ.")
        return hamlets[0]

    def _refuse_past(self, code: str, commune_code: str) -> None:
        """A code of before a rearrangement leads to what the hamlet has become."""
        past = Hamlet.objects.exclude(valid_to=None).filter(code__iexact=code)
        if commune_code:
            past = past.filter(commune__code=commune_code)
        heirs = Hamlet.objects.succeeding(list(past.values_list("pk", flat=True)))
        offered = Hamlet.objects.offered().filter(pk__in=heirs)
        now = [f"{hamlet} (mã {hamlet.code})" for hamlet in offered]
        if now:
            raise CommandError(f"Ấp mang mã {code} đã được sắp xếp lại, nay là: {'; '.join(now)}.")

    def _write_json(self, outcome: Outcome) -> None:
        self.stdout.write(json.dumps(asdict(outcome), ensure_ascii=False))

    def _tell(self, outcome: Outcome, hamlet: Hamlet, *, is_rehearsal: bool) -> None:
        self.stdout.write(
            f"{'Xem trước, chưa nhập' if is_rehearsal else 'Đã nhập'} vào {hamlet}: "
            f"{outcome.created} người mới, {outcome.updated} người thay đổi, "
            f"{outcome.unchanged} người không đổi, {outcome.skipped} dòng không nhập."
        )
        for title, found in (("Cần sửa", outcome.errors), ("Cần xem lại", outcome.warnings)):
            if found:
                self.stdout.write(f"{title} ({len(found)}):")
            for one in found[:LISTED]:
                place = f"trang “{one['sheet']}”, " if one["sheet"] else ""
                column = f", cột {one['column']}" if one["column"] else ""
                self.stdout.write(f"  {place}dòng {one['row']}{column}: {one['message']}")
            if len(found) > LISTED:
                self.stdout.write(f"  … và {len(found) - LISTED} chỗ nữa (xem đủ bằng --json).")


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "không có tệp này"
    if isinstance(error, PermissionError):
        return "không được phép đọc"
    return "đây không phải là tệp" if isinstance(error, IsADirectoryError) else "lỗi khi đọc"
