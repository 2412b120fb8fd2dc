"""Making a group after a restore: an attempt that was under way is one of unknown outcome."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from groups.oa_groups.creation import UNCERTAIN
from groups.oa_groups.models import GroupCreation
from zalo.hold import kinds
from zalo.hold.journal import Line
from zalo.hold.models import HeldRow

State = GroupCreation.State


class HeldCreations:
    """One attempt whose answer is not in these data."""

    key = "group_creation"
    label = "Tạo nhóm trên Zalo"

    def open_rows(self, since: datetime, lines: Sequence[Line]) -> Iterator[HeldRow]:
        """Attempts that were being made when the data were copied."""
        held_at = kinds.held_since()
        if held_at is None:
            return
        open_rows = GroupCreation.objects.open().filter(asked_at__lte=held_at)
        for row in open_rows.select_related("group__hamlet", "group__commune").order_by("pk"):
            yield HeldRow(
                kind=self.key, row_id=row.pk, subject_id=row.group_id,
                commune_id=row.group.commune_owner_id, title=str(row)[:255],
                place=str(row.group)[:255], due_at=row.asked_at,
                finding=HeldRow.Finding.ATTEMPTED,
            )  # fmt: skip

    def words(self, held: HeldRow) -> list[str]:
        return []

    def apply(self, held: HeldRow) -> None:
        """Leave it under “Lần tạo chưa rõ”, whatever the decision: there the group is looked for
        at Zalo, then taken over, or said not to be there."""
        GroupCreation.objects.filter(pk=held.row_id, state=State.ASKING).update(
            state=State.UNCERTAIN, problem=UNCERTAIN
        )


kinds.register_held(HeldCreations())
