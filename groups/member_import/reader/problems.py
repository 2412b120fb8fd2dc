"""Problems of a file or a cell, as sentences that say what to do."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


class UnreadableFile(ValueError):
    """The whole file is refused; the text is for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to look at; an error refuses its row, a warning does not.

    `field` is the part of a person that it is about (`people.EDITABLE`), empty for the whole row.
    """

    sheet: str
    row: int
    column: str
    code: str
    message: str
    is_error: bool
    field: str = ""
    nth: int = 0  # 1 for the second of two people on one row


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """A row or sheet left out, listed for people to see; row 0 means the whole sheet."""

    sheet: str
    row: int
    kind: str
    text: str


class BadCell(ValueError):
    """A cell of a kept column that says nothing certain."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))
ERRORS: dict[str, str] = SENTENCES["errors"]
WARNINGS: dict[str, str] = SENTENCES["warnings"]
NOTICES: dict[str, str] = SENTENCES["notices"]
REGISTER_ERRORS: dict[str, str] = SENTENCES["register_errors"]


def sentence(code: str, **values: object) -> str:
    """The Vietnamese sentence of a code; what was read goes in shortened."""
    text = str(values.get("text", ""))
    values["text"] = text if len(text) <= 60 else text[:59] + "…"
    return (ERRORS.get(code) or WARNINGS[code]).format(**values)


def notice(code: str, *, field: str = "", column: str = "", **values: object) -> dict[str, object]:
    """A problem as rows keep it; errors of the register refuse the row."""
    is_error = code in REGISTER_ERRORS
    text = REGISTER_ERRORS.get(code) or NOTICES[code]
    return {
        "field": field,
        "column": column,
        "code": code,
        "message": text.format(**values),
        "is_error": is_error,
    }
