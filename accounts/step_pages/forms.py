"""Forms of steps."""

from collections.abc import Sequence
from typing import Any

from django import forms


class StepForm(forms.Form):
    """The fields of one step. `prepare` gives choices of rows by what the account may see."""

    # Optional fields without the mark “(không bắt buộc)”: one of several is needed, or later all.
    unmarked: tuple[str, ...] = ()

    def __init__(self, *args: Any, row: Any = None, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.prepare(row, user)
        for field in self.fields.values():
            field.widget.attrs["class"] = "by-input"

    def prepare(self, row: Any, user: Any) -> None:
        pass

    def refuse(self, sentences: Sequence[str], stored: Any) -> None:
        """Add the refusal of the service; `stored` is the row as it is now."""
        for sentence in sentences:
            self.add_error(None, sentence)


def text_form(
    label: str, *, name: str = "text", rows: int = 4, longest: int = 5000, missing: str = "",
    is_optional: bool = False, unmarked: bool = False,
) -> type[StepForm]:  # fmt: skip
    """A form with one box of text; `missing` is the sentence for an empty one."""
    box = forms.CharField(
        label=label, max_length=longest, required=not is_optional,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing} if missing else None,
    )  # fmt: skip
    return type("TextForm", (StepForm,), {name: box, "unmarked": (name,) if unmarked else ()})
