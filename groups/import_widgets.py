"""Cells of a workbook as people fill them in, each way round, with Vietnamese refusals."""

from datetime import date, datetime
from typing import Any

from django.db import models
from import_export.widgets import ForeignKeyWidget, Widget

from groups.vietnamese import clean, fold, local_phone, normalise_phone


def cell_text(value: Any) -> str:
    """A cell as clean text; a whole number that Excel made a fraction (`3.0`) is one again."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))


class TextWidget(Widget):  # type: ignore[misc]
    """Clean text."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return cell_text(value)


class PhoneWidget(TextWidget):
    """As people say it in the file, E.164 in the database."""

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
