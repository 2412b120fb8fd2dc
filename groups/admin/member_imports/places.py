"""Whether a file speaks of another hamlet than the one that was chosen for it."""

import re

from django.utils import timezone

from accounts.models import User
from groups.models import Hamlet, MemberImport, MemberImportRow
from groups.vietnamese import fold

_KINDS = r"(?:ap|khu pho|kp|khom|thon|to dan pho|tdp)"
_LINES_READ = 100


def other_place(batch: MemberImport, user: User) -> Hamlet | None:
    """The hamlet that titles, sheets or the name of the file name instead of the chosen one.

    Only hamlets that this account could have chosen are looked for.
    """
    others = list(
        Hamlet.objects.visible_to(user)
        .valid_on(timezone.localdate())
        .filter(commune=batch.hamlet.commune_id)
        .exclude(pk=batch.hamlet_id)
        .order_by("code")
    )
    if not others:
        return None
    said = _said(batch)
    if _names(batch.hamlet, said):
        return None
    return next((hamlet for hamlet in others if _names(hamlet, said)), None)


def _said(batch: MemberImport) -> str:
    left_out = batch.rows.filter(lane=MemberImportRow.Lane.DROPPED).order_by("position")
    lines = left_out.values_list("sheet", "full_name")[:_LINES_READ]
    texts = dict.fromkeys(text for line in lines for text in line if text)
    sheets = (table["sheet"] for table in batch.sheets)
    return fold(" ; ".join([batch.filename, *sheets, *texts]).replace("_", " "))


def _names(hamlet: Hamlet, said: str) -> bool:
    return bool(re.search(rf"\b{_KINDS}[\s.:]+{re.escape(fold(hamlet.name))}(?!\w)", said))
