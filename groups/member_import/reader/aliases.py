"""The fields of a list, and the many headings under which hamlets write them."""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from vietnamese.text import clean, fold

IGNORED = "ignored"
LINE = "line"
NATIONAL_ID = "national_id"
_TABLE = tomllib.loads((Path(__file__).parent / "headings.toml").read_text("utf-8"))
FIELDS: dict[str, str] = _TABLE["fields"]
NAME_FIELDS = ("full_name", "family_name", "household_head")

_COMPILED = tuple((name, re.compile("|".join(forms))) for name, forms in _TABLE["headings"].items())
_LONGEST_HEADING = 400
_LOST_LETTER = re.compile(r"\ufffd|[^\W\d_]\?\S|[^\W\d_]\?\s\S|\s\?\S")
_USUAL = {
    "ho va ten": "full_name", "ho ten": "full_name", "so dien thoai": "phone", "sdt": "phone",
    "dien thoai": "phone", "nam sinh": "birth", "ngay sinh": "birth", "gioi tinh": "gender",
    "dia chi": "address", "to": "team", "chu ho": "household_head",
}  # fmt: skip
_SPELLED = {"ho": "họ", "to": "tổ"}
# Below a question stand its answers, each in a column of its own.
_QUESTIONS = {"group_mark": "group_not", "uses_zalo": "no_zalo"}
_ANSWERS = {"co": True, "roi": True, "da vao": True, "chua": False, "khong": False, "ko": False}
# “Họ tên vợ/chồng”: the other one of the two, not both.
_SPOUSE = re.compile(r"(?:vợ|vo)\s*/\s*(?:chồng|chong)", re.IGNORECASE)
_INSIDE = re.compile(r"\(([^()]+)\)\s*$")
_NUMBERING = re.compile(r"[(\[]?\s*\d{1,2}\s*[)\]]?")


def without_notes(text: str) -> str:
    """A heading without what it explains in brackets."""
    return re.sub(r"\(.*?\)", " ", clean(text[:_LONGEST_HEADING]).replace("\n", " "))


def plain_heading(text: str) -> str:
    """A heading without marks, brackets and signs."""
    return _plain(text[:_LONGEST_HEADING])


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|_")  # `NgaySinh`, `so_dt` of machines


@lru_cache(maxsize=2048)  # the rows of a list are asked again and again whether they are headings
def _plain(text: str) -> str:
    apart = _CAMEL.sub(" ", without_notes(text))
    bare = re.sub(r"[^a-z0-9]+", " ", fold(apart)).strip()
    return bare or re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()


def field_named(heading: str) -> str:
    """The field of one heading; empty where it is none that lists use."""
    return _field_named(heading[:_LONGEST_HEADING])


@lru_cache(maxsize=2048)
def _field_named(heading: str) -> str:
    bare = plain_heading(heading)
    if not bare or len(bare) > 60 or re.search(r"\d{5}", bare):
        return ""
    if clean(heading).lower().strip(" .:") == "hộ":
        return "household_code"
    if bare in _SPELLED and not heading.isascii() and _SPELLED[bare] not in heading.lower():
        return ""  # the family Hồ and the family Tô are no headings
    named = next((name for name, pattern in _COMPILED if pattern.fullmatch(bare)), "")
    if named == "full_name" and _SPOUSE.search(heading):
        return ""
    if not named and _LOST_LETTER.search(heading):
        return _field_of_remains(heading)
    if not named and (inside := _INSIDE.search(heading)):
        explained = field_named(inside[1])  # `Can chi (năm sinh)`
        return explained if explained in ("birth", "phone", "full_name") else ""
    return named


def _field_of_remains(heading: str) -> str:
    """`H? v� t�n`: question marks stand where letters were lost."""
    pattern = re.compile(re.sub(r"[?\ufffd]", ".", re.sub(r"[^a-z?\ufffd]+", " ", fold(heading))))
    return next((name for text, name in _USUAL.items() if pattern.fullmatch(text)), "")


# `TỔ LIÊN GIA 2` above all columns of its list says nothing of any.
_ONE_TEAM = re.compile(r"(?:to|doi|cum|nhom)\b[a-z ]{0,20} \d{1,3}")


def is_one_team(text: str) -> bool:
    return bool(_ONE_TEAM.fullmatch(plain_heading(text)))


def field_of(parts: Sequence[str]) -> str:
    """The field of a heading of several rows, outermost first."""
    parts = [part for part in parts if part.strip() and not _NUMBERING.fullmatch(part.strip())]
    parts = [part for part in parts[:-1] if not is_one_team(part)] + parts[-1:]
    if not parts:
        return ""
    child, parents = parts[-1], parts[:-1]
    outer = [field_named(part) for part in parents]
    bare = plain_heading(child)
    if clean(child).lower() == "năm" and "birth" in outer:
        return "birth_year"
    if bare in ("nam", "nu"):
        by_sex = (
            ("birth_male", "birth_female") if "birth" in outer else ("male_mark", "female_mark")
        )
        return by_sex[bare == "nu"]
    if bare in _ANSWERS and (asked := next((n for n in outer if n in _QUESTIONS), "")):
        return asked if _ANSWERS[bare] else _QUESTIONS[asked]
    if "birth" in outer and bare in ("ngay", "thang"):
        return "birth_day" if bare == "ngay" else "birth_month"
    if "full_name" in outer and bare in ("ho", "ten", "ho dem", "ho va dem"):
        return "given_name" if bare == "ten" else "family_name"
    inner = field_named(child)
    if inner == "number" and outer:
        inner = ""
    together = field_named(" ".join(parts)) if parents else ""
    return inner or together or next((name for name in reversed(outer) if name), "")
