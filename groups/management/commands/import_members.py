import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from groups.member_list.batches import NotAllowed, UnreadableFile
from groups.member_list.direct import Outcome, import_members
from groups.member_list.limits import MAX_BYTES
from groups.models import Hamlet

SHOWN = 50


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
                self._write_json(_refused(str(refusal)))
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
        self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False))

    def _tell(self, outcome: Outcome, hamlet: Hamlet, *, is_rehearsal: bool) -> None:
        self.stdout.write(
            f"{'Xem trước, chưa nhập' if is_rehearsal else 'Đã nhập'} vào {hamlet}: "
            f"{outcome.created} người mới, {outcome.updated} người thay đổi, "
            f"{outcome.unchanged} người không đổi, {outcome.skipped} dòng không nhập."
        )
        for title, found in (("Cần sửa", outcome.errors), ("Cần xem lại", outcome.warnings)):
            if found:
                self.stdout.write(f"{title} ({len(found)}):")
            for one in found[:SHOWN]:
                sheet = f"trang “{one['sheet']}”, " if one["sheet"] else ""
                column = f", cột {one['column']}" if one["column"] else ""
                self.stdout.write(f"  {sheet}dòng {one['row']}{column}: {one['message']}")
            if len(found) > SHOWN:
                self.stdout.write(f"  … và {len(found) - SHOWN} chỗ nữa (xem đủ bằng --json).")


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "không có tệp này"
    if isinstance(error, PermissionError):
        return "không được phép đọc"
    return "đây không phải là tệp" if isinstance(error, IsADirectoryError) else "lỗi khi đọc"


def _refused(message: str) -> Outcome:
    error = {"sheet": "", "row": 0, "column": "", "code": "unreadable", "message": message}
    return Outcome(errors=[error])
