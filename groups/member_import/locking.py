"""The right to work on a list, asked for under the lock of its row."""

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock, lock_for, require_state, sees
from groups.member_import.models import MemberImport
from groups.places.models import Hamlet


def may_import(hamlet: Hamlet, by: User) -> bool:
    return by.has_perm("groups.import_member") and sees(by, hamlet)


def lock_list(batch: MemberImport, by: User | None, *states: str) -> MemberImport:
    """Lock the batch, in one of these states, for an account or a command. Raises NotAllowed."""
    if by is None:
        lock(batch)
    else:
        lock_for(batch, by, permission=lambda row, user: may_import(row.hamlet, user))
    require_state(batch, only=states)
    return batch


def lock_with_hamlet(batch: MemberImport, by: User | None, *states: str) -> None:
    """Lock the hamlet before the list, as a merger does: each sees what the other did.

    Raises NotAllowed, also where the list went over to another hamlet meanwhile.
    """
    before = batch.hamlet_id
    lock(Hamlet(pk=before))
    lock_list(batch, by, *states)
    if batch.hamlet_id != before:
        raise NotAllowed("Ấp của danh sách vừa được sắp xếp lại. Hãy tải lại trang rồi làm tiếp.")
