"""Figures and documents as frozen text, and back.

Canonical JSON: sorted keys, no spaces, so that the same figures give the same bytes. It includes
names, definitions, units and sources: a redefined figure is still read as signed. Pure: no clock,
no database.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any, NoReturn

from documents.content import Block, Heading, Layout, Letterhead, Paper, Signature, Text
from documents.content import Table as PaperTable
from oversight.figures.registry import FIGURES
from oversight.figures.scopes import Scope
from oversight.figures.table import Counted, Figure, Row, Table, no_list
from oversight.periods import Period

SCHEMA = 1
WORDS = ("key", "name", "unit", "definition", "source", "is_of_moment", "is_sensitive")
FORGOTTEN = "Số liệu này nay không còn đếm; số đã ký vẫn giữ nguyên."


class Unreadable(Exception):
    """Not a text frozen here; the message is for a person."""


def canonical(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()


def figures_text(counted: Sequence[Counted], **about: str) -> str:
    """Text of the figures; `about` names their commune, issuer and days."""
    return canonical(
        {"schema": SCHEMA, "about": about, "figures": [_figure(one) for one in counted]}
    )


def figures_from(text: str) -> tuple[Counted, ...]:
    """Frozen figures, equal to the counted ones. Raises Unreadable."""
    content = _loaded(text)
    return tuple(_counted(one) for one in content["figures"])


def paper_text(document: Paper) -> str:
    blocks = [{"kind": block.kind, **asdict(block)} for block in document.blocks]
    return canonical(
        {
            **asdict(document), "schema": SCHEMA, "blocks": blocks, "on": document.on.isoformat(),
        }
    )  # fmt: skip


def paper_from(text: str) -> Paper:
    """Frozen document. Raises Unreadable."""
    content = _loaded(text)
    del content["schema"]
    head = content["letterhead"]
    return Paper(
        **content
        | {
            "letterhead": Letterhead(**head | {"layout": Layout(head["layout"])}),
            "blocks": tuple(_block(**one) for one in content["blocks"]),
            "signatures": tuple(Signature(**one) for one in content["signatures"]),
            "recipients": tuple(content["recipients"]),
            "on": date.fromisoformat(content["on"]),
        }
    )


def _loaded(text: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable("Số liệu đã lưu không đọc được.") from error
    if content.get("schema") != SCHEMA:
        raise Unreadable("Số liệu được lưu bằng bản phần mềm mới hơn. Hãy cập nhật phần mềm.")
    return content


def _figure(counted: Counted) -> dict[str, Any]:
    figure, table = counted.figure, counted.table
    return {
        **{word: getattr(figure, word) for word in WORDS},
        "first": counted.period.first.isoformat(),
        "last": counted.period.last.isoformat(),
        "as_of": counted.as_of.astimezone(UTC).isoformat(),
        "columns": table.columns,
        "rows": [_line(row) for row in table.rows],
        "total": _line(table.total) if table.total else None,
        "note": table.note,
    }


def _counted(frozen: dict[str, Any]) -> Counted:
    words = {word: frozen[word] for word in WORDS}
    known = FIGURES.get(frozen["key"])
    figure = (
        replace(known, **words)
        if known is not None
        else Figure(**words, count=_never, behind=no_list(FORGOTTEN))
    )
    period = Period(date.fromisoformat(frozen["first"]), date.fromisoformat(frozen["last"]))
    table = Table(
        tuple(frozen["columns"]),
        tuple(_row(one) for one in frozen["rows"]),
        _row(frozen["total"]) if frozen["total"] is not None else None,
        frozen["note"],
    )
    return Counted(figure, period, datetime.fromisoformat(frozen["as_of"]), table)


def _line(row: Row) -> list[Any]:
    return [row.label, row.values, row.key]


def _row(frozen: list[Any]) -> Row:
    label, values, key = frozen
    return Row(label, tuple(values), key)


def _never(scope: Scope, period: Period, as_of: datetime) -> NoReturn:
    raise LookupError(FORGOTTEN)


def _block(kind: str, **fields: Any) -> Block:
    if kind == Heading.kind:
        return Heading(**fields)
    if kind == Text.kind:
        return Text(**fields)
    fields["headings"], fields["widths"] = tuple(fields["headings"]), tuple(fields["widths"])
    fields["rows"] = tuple(tuple(row) for row in fields["rows"])
    return PaperTable(**fields)
