"""Reasons go into the audit trail, from which nothing is ever taken out: they name nobody."""

from accounts.services import NotAllowed
from groups.erasure import BLANK_NAME
from groups.models import DataRequest, Member
from groups.vietnamese import digits_of, fold

# From so many digits on a number is somebody's; fewer are a house or a file.
DIGITS_OF_A_PHONE = 9


def refuse_naming(reason: str, person: Member | DataRequest) -> None:
    """Raises NotAllowed where a reason gives the name or the phone of the person it is about."""
    if isinstance(person, DataRequest):
        names, phones = {person.person_name}, {person.contact}
        if person.member is not None:
            names.add(person.member.full_name)
            phones.add(person.member.phone)
    else:
        names, phones = {person.full_name}, {person.phone}
    names.discard(BLANK_NAME)
    if _has_name(reason, names) or _has_phone(reason, phones):
        raise NotAllowed(
            "Lý do nằm lại trong nhật ký kể cả khi thông tin đã xóa. Hãy viết không có tên và số "
            "điện thoại của người này, ví dụ: “theo yêu cầu số 12”."
        )


def _has_name(reason: str, names: set[str]) -> bool:
    """A name of one word says too little: it is a word of the language as often."""
    said = f" {' '.join(_words(reason))} "
    return any(f" {' '.join(_words(name))} " in said for name in names if " " in name)


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in fold(text)).split()


def _has_phone(reason: str, phones: set[str]) -> bool:
    said = digits_of(reason)
    tails = (digits_of(phone)[-DIGITS_OF_A_PHONE:] for phone in phones)
    return any(len(tail) == DIGITS_OF_A_PHONE and tail in said for tail in tails)
