"""One person as a list says, and the parts that people correct."""

from dataclasses import dataclass, field
from datetime import date

from groups.member_import.reader.zalo_facts import ZaloFacts


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the file says; `row` is the row of the file, from 1."""

    sheet: str
    row: int
    full_name: str
    phone: str
    birth_year: int | None
    birth_date: date | None
    gender: str
    address: str
    team: str
    household_code: str
    is_representative: bool
    other_phones: tuple[str, ...]
    nth: int = 0  # 1 for the second of two people on one row
    national_id: str = ""  # of a portal that keeps them
    zalo: ZaloFacts | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, int, int]:
        """Key shared by the problems of this person."""
        return self.sheet, self.row, self.nth


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Readable parts of a refused row, and the texts of the unreadable ones."""

    person: PersonRow
    texts: dict[str, str]


# The parts of a person that people correct, with the columns that each comes from.
EDITABLE = {
    "full_name": ("full_name", "family_name", "middle_name", "given_name"),
    "phone": ("phone", "other_phone", "relative_phone"),
    "birth": (
        "birth", "other_birth", "birth_day", "birth_month", "birth_year", "birth_male",
        "birth_female",
    ),
    "gender": ("gender", "male_mark", "female_mark"),
    "address": ("house_number", "street", "address"),
    "team": ("team",),
    "household_code": ("household_code", "household_head", "relation"),
}  # fmt: skip
