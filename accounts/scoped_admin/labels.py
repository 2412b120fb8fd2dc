"""Columns of lists and pages that show a label in a tone, each drawn once for all rows."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final

from unfold.decorators import display as display_of_theme
from unfold.utils import display_for_label

MOST_LABELS: Final = 1024  # a list has a handful


def display(function: Any = None, *, label: Any = None, **more: Any) -> Any:
    """Declare a column as the theme does; one with a `label` gives the drawn label."""
    if not label:
        return display_of_theme(function, **more)

    def decorate(give: Callable[..., Any]) -> Any:
        @wraps(give)
        def drawn(*args: Any) -> str:
            return label_of(give(*args), label)

        drawn.is_label = True  # type: ignore[attr-defined]
        return display_of_theme(**more)(drawn)

    return decorate if function is None else decorate(function)


def label_of(value: Any, tones: Any) -> str:
    """The label of a text, of a value and its text (the value names the tone), or of several."""
    if not isinstance(tones, dict):
        return display_for_label(value, "", tones)
    if isinstance(value, tuple):
        key, text = value
        # A value without a tone stands by itself, as the theme has it.
        text, tone = (text, tones[key]) if key in tones else (key, None)
    else:
        text, tone = value or "", tones.get(value)
    # The drawn text is escaped: one that is taken as it stands is no key for its like.
    is_kept = not hasattr(str(text), "__html__")
    return (_drawn if is_kept else _drawn.__wrapped__)(str(text), tone)


@lru_cache(maxsize=MOST_LABELS)
def _drawn(text: str, tone: str | None) -> str:
    return display_for_label((0, text), "", {0: tone})
