"""The face to other apps: opening and closing occasions, the right to approve that is lent, and
who keeps a seat now."""

from duty.occasions.parts import add_part as add_part
from duty.occasions.services import close_occasions as close_occasions
from duty.occasions.services import open_occasion as open_occasion
from duty.roster.services import is_on_duty as is_on_duty
from duty.shifts.standing_in import lent_approval as lent_approval
from duty.shifts.standing_in import words_of as words_of_mandate

__all__ = [
    "add_part", "close_occasions", "is_on_duty", "lent_approval", "open_occasion",
    "words_of_mandate",
]  # fmt: skip
