"""Member lists from upload to undo: the verbs behind the import screen and the command.

Every verb takes the acting account as `by`, checks the permission `groups.import_member` and that
the hamlet is in its scope, and raises NotAllowed with a sentence. A verb takes the batch's row
under lock and reads it anew into the given instance.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import User
from accounts.services import NotAllowed
from groups.consent import Paper
from groups.member_list.problems import UnreadableFile
from groups.models import Hamlet, MemberImport, MemberImportRow

__all__ = ["NotAllowed", "UnreadableFile"]

UNDO_DAYS = 30


@dataclass(frozen=True)
class Repair:
    """Something that can be done to many rows at once; `label` is a sentence with the number."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class UndoPlan:
    """What an undo will do; `kept` names the people it leaves alone, and why."""

    removed: int
    restored: int
    kept: list[tuple[int, str]]


def start(content: bytes, filename: str, *, hamlet: Hamlet, by: User) -> MemberImport:
    """Keep a file and have it read in the background (state READING).

    Raises UnreadableFile with a sentence when the file is refused at once.
    """
    raise NotImplementedError


def start_pasted(text: str, *, hamlet: Hamlet, by: User) -> MemberImport:
    """The same for a table pasted into a box."""
    raise NotImplementedError


def read(batch_id: int) -> None:
    """In the worker: read the file and plan its rows; ends in PREVIEW, or FAILED with a message."""
    raise NotImplementedError


def remap(
    batch: MemberImport, *, mapping: Mapping[str, str], header_rows: Mapping[str, int], by: User
) -> MemberImport:
    """Read the file again with other columns: field by column letter, heading row by sheet.

    Back to READING. The headings are remembered for the hamlet. What was corrected and decided
    stays where the row still says the same.
    """
    raise NotImplementedError


def shown(row: MemberImportRow, field: str) -> str:
    """The text of one editable field as a person may correct it; as in the file where it is bad."""
    raise NotImplementedError


EDITABLE = (
    "full_name",
    "phone",
    "birth",
    "gender",
    "address",
    "team",
    "household_code",
)


def correct(
    batch: MemberImport, row_id: int, values: Mapping[str, str], *, by: User
) -> MemberImportRow:
    """Write other texts over fields of EDITABLE and check the row anew; returns it."""
    raise NotImplementedError


def repairs(batch: MemberImport) -> list[Repair]:
    """The bulk repairs that would do something now."""
    raise NotImplementedError


def repair(batch: MemberImport, code: str, *, by: User) -> int:
    """Do one bulk repair; returns the number of rows."""
    raise NotImplementedError


def decide(batch: MemberImport, row_id: int, member_id: int | None, *, by: User) -> MemberImportRow:
    """A doubtful row is this candidate, or (None) somebody else."""
    raise NotImplementedError


def commit(batch: MemberImport, *, by: User, paper: Paper | None = None) -> MemberImport:
    """Write new and changed people down in the background (state COMMITTING).

    `paper` is what the officer states that everybody of the list signed; without it nobody's
    consent changes. Doubtful rows without a decision stay out. `rows_done` of `rows_total` tells the progress.
    """
    raise NotImplementedError


def discard(batch: MemberImport, *, by: User) -> MemberImport:
    """Throw a preview away, with its file and rows."""
    raise NotImplementedError


def undo_plan(batch: MemberImport, *, by: User) -> UndoPlan:
    """What `undo` would do now."""
    raise NotImplementedError


def undo(batch: MemberImport, *, by: User) -> UndoPlan:
    """Take a committed list back, within UNDO_DAYS: people who were added go, changes go back.

    Who was edited since, or has something hanging on them, stays as they are.
    """
    raise NotImplementedError


def resume_stale() -> int:
    """Wake batches whose worker is gone; returns their number."""
    raise NotImplementedError


def marked_workbook(batch: MemberImport, *, by: User) -> bytes:
    """The file again as .xlsx, with a note and a colour on each cell that needs a look."""
    raise NotImplementedError


def template(hamlet: Hamlet) -> bytes:
    """An empty list for a hamlet, with columns formatted as text."""
    raise NotImplementedError
