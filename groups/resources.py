"""Plain import and export of hamlets, teams, officers and groups.

A row is matched by what is always there (code, name); where the key is blank the row is new.
Everything is looked up among the rows that the account may see.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import Result
from import_export.widgets import ForeignKeyWidget, Widget

from accounts.scoped_admin.formats import MOST_ROWS
from documents.cells import rearmed
from groups.places.models import Hamlet, Officer, Team
from groups.services import may_redirect
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import clean, fold, local_phone, normalise_phone

# Cells of a workbook as people fill them in, each way round, with Vietnamese refusals.


def cell_text(value: Any) -> str:
    """A cell as clean text; a whole number that Excel made a fraction (`3.0`) is one again.

    So is what an export of ours put an apostrophe before.
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(rearmed(str(value)))


class TextWidget(Widget):  # type: ignore[misc]
    """Clean text."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return cell_text(value)


class PhoneWidget(TextWidget):
    """A phone: local form in the file, E.164 in the database."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return normalise_phone(cell_text(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return local_phone(value or "")


class WholeNumberWidget(Widget):  # type: ignore[misc]
    """A number of things; blank stays blank."""

    def __init__(self, *, blank: int | None = None) -> None:
        super().__init__()
        self.blank = blank

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = cell_text(value).replace(".", "").replace(" ", "")
        if not text:
            return self.blank
        if not text.isdecimal():
            raise ValueError(f"“{cell_text(value)}” không phải là số. Ghi số nguyên, ví dụ 120.")
        return int(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value


class DayWidget(Widget):  # type: ignore[misc]
    """A day, dd/mm/yyyy; a date cell of Excel is taken as it is."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = cell_text(value).replace("-", "/").replace(".", "/")
        if not text:
            return None
        try:
            return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            raise ValueError(f"“{text}” không phải là ngày. Ghi ngày/tháng/năm.") from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value:%d/%m/%Y}" if value else ""


class YesWidget(Widget):  # type: ignore[misc]
    """“Có” or “x” is yes, blank or “Không” is no."""

    def __init__(self, *, blank: bool = False) -> None:
        super().__init__()
        self.blank = blank

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        text = fold(cell_text(value))
        if not text:
            return self.blank
        if text not in {"co", "x", "1", "true", "khong", "0", "false"}:
            raise ValueError(f"“{cell_text(value)}” không rõ là có hay không. Ghi Có hoặc Không.")
        return text in {"co", "x", "1", "true"}

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "Có" if value else "Không"


class ChoiceWidget(Widget):  # type: ignore[misc]
    """The label of a choice, with or without marks."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.labels = {str(value): str(label) for value, label in choices.choices}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        wanted = fold(cell_text(value))
        for choice, label in self.labels.items():
            if wanted == fold(label):
                return choice
        raise ValueError(
            f"“{cell_text(value)}” không có trong danh mục. Chọn một trong: "
            f"{', '.join(self.labels.values())}."
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(str(value), "")


class VisibleRowWidget(ForeignKeyWidget):  # type: ignore[misc]
    """A related row by its code, among those the account may see; none until told who asks."""

    def __init__(self, model: type[models.Model], field: str, what: str) -> None:
        super().__init__(model, field)
        self.rows = model._default_manager.none()
        self.what = what

    def candidates(self, row: Any) -> models.QuerySet:
        return self.rows

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> models.Model | None:
        text = cell_text(value)
        if not text:
            return None
        found = self.candidates(row).filter(**{self.field: text}).first()
        if found is None:
            raise ValueError(f"Không có {self.what} “{text}” trong địa bàn của bạn.")
        return found


MAX_ROWS = MOST_ROWS
HAMLET_CODE = "Mã ấp"


class _FileRowResult(Result):  # type: ignore[misc]
    """Names rows as the workbook does: the first row under the headings is row 2."""

    def append_invalid_row(self, number: int, row: Any, validation_error: Any) -> None:
        super().append_invalid_row(number + 1, row, validation_error)

    def append_error_row(self, number: int, row: Any, errors: Any) -> None:
        super().append_error_row(number + 1, row, errors)


class ScopedResource(ModelResource):  # type: ignore[misc]
    """Sees nothing until `before_import` says who imports."""

    required_columns: tuple[str, ...] = ()

    class Meta:
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        clean_model_instances = True

    def get_result_class(self) -> type[Result]:
        return _FileRowResult

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        user = kwargs["user"]
        missing = [name for name in self.required_columns if name not in (dataset.headers or [])]
        problem = ""
        if user.commune_id is None:
            problem = "Tài khoản cấp thành phố không nhập từ tệp được. Hãy dùng tài khoản của xã."
        elif missing:
            problem = f"Tệp thiếu cột: {', '.join(missing)}. Hãy giữ nguyên dòng tiêu đề của mẫu."
        elif len(dataset) > MAX_ROWS:
            problem = f"Tệp có {len(dataset)} dòng, nhiều hơn {MAX_ROWS}. Hãy tách thành nhiều tệp."
        if problem:
            dataset.wipe()
            raise ValueError(problem)
        self.user = user
        for field in self.fields.values():
            if isinstance(field.widget, VisibleRowWidget):
                field.widget.rows = field.widget.model.objects.visible_to(user)

    def get_queryset(self) -> models.QuerySet:
        user = getattr(self, "user", None)
        rows = self._meta.model.objects
        return rows.visible_to(user) if user is not None else rows.none()

    def get_instance(self, instance_loader: Any, row: Any) -> models.Model | None:
        key = self.key_of(row)
        return self.get_queryset().filter(**key).first() if all(key.values()) else None

    def key_of(self, row: Any) -> dict[str, Any]:
        """Values that identify a row; any blank part makes it new."""
        raise NotImplementedError

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        if new and hasattr(instance, "commune_id"):
            instance.commune_id = self.user.commune_id

    def validate_instance(self, instance: Any, *args: Any, **kwargs: Any) -> None:
        """Errors go under the headings of the file, not under names of the code."""
        try:
            super().validate_instance(instance, *args, **kwargs)
        except ValidationError as error:
            columns = {field.attribute: field.column_name for field in self.fields.values()}
            raise ValidationError(
                {columns.get(name, name): texts for name, texts in error.error_dict.items()}
            ) from None


class HamletResource(ScopedResource):
    required_columns = (HAMLET_CODE, "Loại", "Tên ấp")
    code = Field("code", HAMLET_CODE, TextWidget())
    kind = Field("kind", "Loại", ChoiceWidget(Hamlet.Kind))
    name = Field("name", "Tên ấp", TextWidget())
    households = Field("households", "Số hộ", WholeNumberWidget(blank=0))
    is_remote = Field("is_remote", "Vùng sâu, vùng xa", YesWidget())
    valid_from = Field("valid_from", "Có từ ngày", DayWidget())
    valid_to = Field("valid_to", "Đến hết ngày", DayWidget())

    class Meta(ScopedResource.Meta):
        model = Hamlet
        name = "Ấp, khu phố"
        fields = ("code", "kind", "name", "households", "is_remote", "valid_from", "valid_to")

    def key_of(self, row: Any) -> dict[str, Any]:
        return {"code": cell_text(row.get(HAMLET_CODE))}

    def import_instance(self, instance: Hamlet, row: Any, **kwargs: Any) -> None:
        before = (instance.kind, instance.name)
        super().import_instance(instance, row, **kwargs)
        if instance.pk and before != (instance.kind, instance.name) and instance.is_in_use:
            raise ValidationError(
                {
                    "name": "Mã này là của ấp đang ghi tên khác. Đổi tên phải có nghị quyết, lập ở "
                    "mục Sắp xếp ấp; chữ viết sai thì sửa ở trang của ấp."
                }
            )


class TeamResource(ScopedResource):
    required_columns = (HAMLET_CODE, "Tên tổ")
    hamlet = Field("hamlet", HAMLET_CODE, VisibleRowWidget(Hamlet, "code", "ấp mang mã"))
    name = Field("name", "Tên tổ", TextWidget())
    households = Field("households", "Số hộ", WholeNumberWidget(blank=0))

    class Meta(ScopedResource.Meta):
        model = Team
        name = "Tổ nhân dân"
        fields = ("hamlet", "name", "households")

    def key_of(self, row: Any) -> dict[str, Any]:
        return {
            "hamlet__code": cell_text(row.get(HAMLET_CODE)),
            "name": cell_text(row.get("Tên tổ")),
        }


class OfficerResource(ScopedResource):
    required_columns = ("Họ và tên", "Chức vụ")
    full_name = Field("full_name", "Họ và tên", TextWidget())
    title = Field("title", "Chức vụ", TextWidget())
    phone = Field("phone", "Số điện thoại", PhoneWidget())
    is_active = Field("is_active", "Đang công tác", YesWidget(blank=True))
    username = Field("user__username", "Tên đăng nhập", readonly=True)

    class Meta(ScopedResource.Meta):
        model = Officer
        name = "Cán bộ"
        fields = ("full_name", "title", "phone", "is_active", "username")

    def key_of(self, row: Any) -> dict[str, Any]:
        return {
            "search_text": fold(cell_text(row.get("Họ và tên"))),
            "phone": normalise_phone(cell_text(row.get("Số điện thoại"))),
        }


class _TeamOfHamletWidget(VisibleRowWidget):
    """A team by its name, in the hamlet of the same row."""

    def candidates(self, row: Any) -> models.QuerySet:
        return self.rows.filter(hamlet__code=cell_text(row.get(HAMLET_CODE)))


class ZaloGroupResource(ScopedResource):
    """The status is not imported: a group goes into service through its gate only."""

    required_columns = (HAMLET_CODE, "Tên nhóm", "Loại nhóm")
    hamlet = Field("hamlet", HAMLET_CODE, VisibleRowWidget(Hamlet, "code", "ấp mang mã"))
    team = Field("team", "Tên tổ", _TeamOfHamletWidget(Team, "name", "tổ"))
    name = Field("name", "Tên nhóm", TextWidget())
    kind = Field("kind", "Loại nhóm", ChoiceWidget(ZaloGroup.Kind))
    zalo_group_id = Field("zalo_group_id", "Mã nhóm trên Zalo", TextWidget())
    link = Field("link", "Liên kết nhóm", TextWidget())
    capacity = Field("capacity", "Sức chứa", WholeNumberWidget(blank=1000))
    head_count = Field("head_count", "Số người khai báo", WholeNumberWidget())
    head_count_on = Field("head_count_on", "Khai báo ngày", DayWidget())
    status = Field("get_status_display", "Trạng thái", readonly=True)

    class Meta(ScopedResource.Meta):
        model = ZaloGroup
        name = "Nhóm Zalo"
        fields = (
            "hamlet", "team", "name", "kind", "zalo_group_id", "link", "capacity", "head_count",
            "head_count_on", "status",
        )  # fmt: skip

    def key_of(self, row: Any) -> dict[str, Any]:
        code = cell_text(row.get(HAMLET_CODE))
        place = {"hamlet__code": code} if code else {"commune": self.user.commune_id}
        return place | {"name": cell_text(row.get("Tên nhóm"))}

    def after_init_instance(self, instance: ZaloGroup, new: bool, row: Any, **kwargs: Any) -> None:
        if new and not cell_text(row.get(HAMLET_CODE)):
            instance.commune_id = self.user.commune_id

    def import_instance(self, instance: ZaloGroup, row: Any, **kwargs: Any) -> None:
        kind, zalo_group_id, link = instance.kind, instance.zalo_group_id, instance.link
        super().import_instance(instance, row, **kwargs)
        if instance.link != link:  # nobody has tried the new one yet
            instance.link_checked_on, instance.link_is_broken = None, False
        is_redirected = instance.pk and instance.zalo_group_id != zalo_group_id
        if is_redirected and not may_redirect(instance, by=self.user):
            raise ValidationError(
                {"zalo_group_id": "Chỉ chỉ huy đổi được mã của nhóm OA đang hoạt động."}
            )
        if instance.pk and instance.kind != kind:
            raise ValidationError({"kind": "Không đổi loại của nhóm đã có. Hãy lập nhóm mới."})
        if instance.status == ZaloGroup.Status.CLOSED:
            raise ValidationError({"name": "Nhóm đã đóng, không sửa được nữa."})
        if instance.hamlet_id is None and not self.user.has_perm("groups.view_all_hamlets"):
            raise ValidationError({"hamlet": "Hãy ghi mã ấp; chỉ chỉ huy lập nhóm của cả xã."})
