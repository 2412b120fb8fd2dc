"""Labels of lists are those of the theme, drawn once for all rows that show the same."""

import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.utils import display_for_label

from accounts.scoped_admin import labels
from accounts.scoped_admin.labels import display, label_of

TONES = {"good": "success", "plain": "", "new": "danger"}


@pytest.mark.parametrize(
    "value",
    [("good", "Xong"), ("plain", "Thường"), ("none", "Không có"), "new", "gì đó", "", None,
     ("good", _("Xong")), ("new", "<b>x</b>"), ("new", mark_safe("<b>x</b>"))],
)  # fmt: skip
def test_label_is_drawn_as_the_theme_draws_it(value):
    assert label_of(value, TONES) == display_for_label(value, "", TONES)


def test_several_labels_are_drawn_beside_each_other():
    assert label_of(["a", "b"], True) == display_for_label(["a", "b"], "", True)


def test_what_is_safe_and_what_is_not_are_not_taken_for_each_other():
    for text in (mark_safe("<i>y</i>"), "<i>y</i>", mark_safe("<i>y</i>")):
        assert ("<i>y</i>" in label_of(("new", text), TONES)) is hasattr(text, "__html__")


def test_column_is_drawn_once_for_rows_that_show_the_same(monkeypatch):
    drawn, before = [], labels.display_for_label
    monkeypatch.setattr(
        labels, "display_for_label", lambda *args: drawn.append(args) or before(*args)
    )
    labels._drawn.cache_clear()

    @display(description="bước", ordering="state", label=TONES)
    def column(_admin, row):
        return row

    shown = [column(None, row) for row in [("good", "Xong"), ("new", "Mới")] * 20]

    assert len(drawn) == 2
    assert len({*shown}) == 2
    assert (column.short_description, column.admin_order_field) == ("bước", "state")
