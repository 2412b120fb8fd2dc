"""Twelve digits that say where, when and as what somebody was born: kept sealed, or not at all."""

import re

from django.conf import settings

from accounts.encryption.services import blind_index
from groups.member_import.models import NationalId
from groups.residents.models import Member

DIGITS = 12
LAST_DIGITS = 3
_NUMBER = re.compile(r"(?!000)\d{12}")
_PURPOSE = "member.national_id"


def are_kept() -> bool:
    """Whether the portal was told to keep them; if not, no list is read for them."""
    return bool(settings.MEMBER_NATIONAL_ID == "store")


def is_number(text: str) -> bool:
    """Twelve digits that begin with a place. There is no check digit."""
    return bool(_NUMBER.fullmatch(text))


def contradicts(number: str, birth_year: int | None, gender: str) -> bool:
    """The fourth digit tells century and sex, the next two the year; 0 is a man of 19xx."""
    century, sex = divmod(int(number[3]), 2)
    year = 1900 + 100 * century + int(number[4:6])
    own = (Member.Gender.MALE, Member.Gender.FEMALE)[sex]
    return (birth_year is not None and birth_year != year) or (gender != "" and gender != own)


def index_of(number: str) -> str:
    """By which equal numbers are found."""
    return blind_index(number, purpose=_PURPOSE)


def new(member_id: int, number: str) -> NationalId:
    """A row that is not saved yet."""
    return NationalId(member_id=member_id, number=number, number_index=index_of(number))


def masked(member: Member) -> str:
    """The last digits alone: the first six tell birthplace, sex and year."""
    row = NationalId.objects.filter(member=member.pk).first()
    return f"••• ••• ••• {row.number[-LAST_DIGITS:]}" if row else ""


def in_full(member: Member) -> str:
    """For the person whose number it is."""
    row = NationalId.objects.filter(member=member.pk).first()
    return str(row.number) if row else ""
