"""Declaration of the steps of a row.

The service behind a step checks account and state again; a declaration only spares people buttons
that would be refused.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.workflow.services import state_of, workflow_of

# Forms of steps.


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


def reason_field(label: str = "Lý do", longest: int = 500) -> forms.CharField:
    """The reason of a step that destroys something, which nobody leaves out."""
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do."},
    )  # fmt: skip


def reason_form(label: str = "Lý do", longest: int = 500) -> type[StepForm]:
    """A form with the reason alone."""
    return type("ReasonForm", (StepForm,), {"reason": reason_field(label, longest)})


@dataclass(frozen=True)
class Step:
    """One step: button, sentence afterwards, verb, conditions, form.

    `act(row, by, data)` calls the service with the cleaned data of the form; if it returns a text,
    that is the sentence afterwards. Offered to accounts with `permission`, in `states`, or where
    the workflow of the model leads to `target`, and where `offered(row, user)` agrees.
    """

    # May depend on the row.
    label: str | Callable[[Any], str]
    done: str
    act: Callable[[Any, Any, Mapping[str, Any]], Any]
    offered: Callable[[Any, Any], bool] | None = None
    form: type[StepForm] | None = None
    permission: str = ""
    states: Collection[str] = ()
    target: str = ""
    # Explanation above the fields.
    hint: str = ""
    tone: str = "plain"
    # Text of the button under an opened form, where it differs from `label`.
    button: str = ""
    # A correction; never stands open by itself.
    is_rare: bool = False
    # Why the step is listed without a button, for example to its own author; blank: as usual.
    closed: Callable[[Any, Any], str] | None = None
    # Route of its own; blank: the common address of steps.
    route: str = ""
    # Address to follow, from what `act` returned; None: the page of the row.
    follow: Callable[[Any], str] | None = None

    def is_offered(self, row: Any, user: Any) -> bool:
        if self.permission and not user.has_perm(self.permission):
            return False
        if self.states and state_of(row) not in self.states:
            return False
        if self.target and self.target not in workflow_of(row).transitions[state_of(row)]:
            return False
        return self.offered is None or self.offered(row, user)


@dataclass(frozen=True)
class Offer:
    """A step on the page of a row. One that asks or explains opens first, others are one press."""

    name: str
    label: str
    step: Step
    form: StepForm | None
    url: str
    is_open: bool = False
    refusal: str = ""

    @property
    def opens(self) -> bool:
        has_fields = self.form is not None and bool(self.form.visible_fields())
        return has_fields or bool(self.step.hint)

    @property
    def button(self) -> str:
        return self.step.button or self.label
