"""Names of hamlets: a slip of the pen is mended with a reason, another name takes a decision."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from groups.places.models import Hamlet
from vietnamese.text import clean, fold

FEWEST_LETTERS = 4
# Words that tell one hamlet from the next: a number, a single letter, a Roman numeral.
_TELLING = re.compile(r"[a-z]|[ivx]+|\w*\d\w*")


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", fold(name))


def _one_slip_apart(one: str, other: str) -> bool:
    """Whether a letter was left out, doubled, misplaced, or two neighbours changed places."""
    short, long = sorted((one, other), key=len)
    start = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    is_swap = short[start : start + 2] == long[start : start + 2][::-1]
    rest = start + (2 if is_swap else 1)
    return short[rest:] == long[rest:]


def is_misspelling(wrong: str, right: str) -> bool:
    """Whether two names are one, written in two ways: marks, capitals, spaces, or one letter."""
    before, after = _words(wrong), _words(right)
    if [w for w in before if _TELLING.fullmatch(w)] != [w for w in after if _TELLING.fullmatch(w)]:
        return False
    one, other = "".join(before), "".join(after)
    if one == other:
        return bool(one)
    is_long = min(len(one), len(other)) >= FEWEST_LETTERS
    return is_long and abs(len(one) - len(other)) <= 1 and _one_slip_apart(one, other)


@transaction.atomic
def correct_name(hamlet: Hamlet, name: str, *, by: User, reason: str) -> Hamlet:
    """Mend how the name of a hamlet is written. Raises NotAllowed: another name is a renaming."""
    lock_for(hamlet, by, permission="groups.change_hamlet")
    if not hamlet.is_in_force:
        raise NotAllowed(f"{hamlet} đã hết hiệu lực; tên được giữ như lúc đó.")
    before, name = str(hamlet), clean(name)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do.")
    if name == hamlet.name:
        raise NotAllowed("Tên mới giống tên đang ghi.")
    if not is_misspelling(hamlet.name, name):
        raise NotAllowed(
            f"“{hamlet.name}” và “{name}” là hai tên khác nhau. Đổi tên phải có nghị quyết: hãy "
            "lập ở mục Sắp xếp ấp, tên cũ vẫn tìm được."
        )
    hamlet.name = name
    try:
        hamlet.full_clean()
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
    hamlet.save()
    record(hamlet, "name_corrected", by=by, text=reason.strip(), before=before, after=str(hamlet))
    return hamlet
