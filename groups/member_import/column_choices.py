"""The few meanings that a column may have by what its cells look like; the rest is “Khác…”."""

import re
from typing import Any

from groups.member_import.reader.aliases import FIELDS, IGNORED
from groups.member_import.reader.national_ids import field_labels

OTHER = "other"
_SHORT_LETTERS = 4
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"[+\d][\d\s.\-]{7,}", ("phone", "other_phone", "relative_phone")),
    (r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d\d-\d\d.*", ("birth", "joined_on", "left_on")),
    (r"(?:19|20)\d\d", ("birth", "birth_year")),
    (r"\d{1,3}", ("number", "team", "household_code")),
    (r"(?i)nam|nữ", ("gender",)),
    (r"(?i)t(?:ổ|o)\.?\s*\d+.*", ("team", "address")),
    (rf"\w{{1,{_SHORT_LETTERS}}}", ("group_mark", "uses_zalo", "gender")),
    (r"[^\W\d]+(?:\s+[^\W\d]+){1,5}", ("full_name", "household_head", "proxy", "nickname")),
    (r".*", ("address", "note", "household_code")),
)


def _of_sample(text: str) -> tuple[str, ...]:
    return next(fields for pattern, fields in _KINDS if re.fullmatch(pattern, text, re.DOTALL))


def likely(column: dict[str, Any]) -> list[tuple[str, str]]:
    """Field and label of what a column may hold: what was read first, “Bỏ qua” last."""
    labels = field_labels()
    samples = [text for text in column["samples"] if text.strip()]
    found = [column["field"] or IGNORED, *(one for text in samples for one in _of_sample(text))]
    if not samples:
        found += ["full_name", "phone", "birth"]
    names = [name for name in dict.fromkeys([*found, IGNORED]) if name in FIELDS]
    return [(name, labels.get(name, FIELDS[name])) for name in names]
