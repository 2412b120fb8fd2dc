"""Answers to single persons after a restore: what may have left is never sent again by itself.

No journal knows of them, for a file with row and second would join a person with the call log. So
each counts as possibly sent until somebody has looked.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from zalo.hold.journal import Line
from zalo.hold.kinds import held_since
from zalo.hold.models import HeldRow
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.rows import Outbox

Decision = HeldRow.Decision
DROPPED: Final = "Sau khi khôi phục dữ liệu: cán bộ kết luận không gửi nữa."
OUTCOMES: Final = {
    Decision.SENT: Outcome(Verdict.SENT),
    Decision.SEND: Outcome(Verdict.QUEUED, is_attempt=False),
    Decision.UNCERTAIN: Outcome(Verdict.UNCERTAIN),
    Decision.DROP: Outcome(Verdict.FAILED, DROPPED),
}


@dataclass(frozen=True)
class HeldAnswers:
    """Rows of an outbox as numbers alone: no words, no person.

    `made` is the column with the time of a row, `commune` the path to its commune.
    """

    key: str
    label: str
    outbox: Callable[[], Outbox[Any]]
    made: str
    commune: str

    def open_rows(self, since: datetime, lines: Sequence[Line]) -> Iterator[HeldRow]:
        """Rows that wait or are half sent; none where the data are no older than the sends."""
        held_at = held_since()
        if held_at is None:
            return
        box = self.outbox()
        rows = box.rows().filter(state__in=[box.waiting, box.sending])
        rows = rows.filter(**{f"{self.made}__lte": held_at}).order_by("pk")
        for pk, commune_id in rows.values_list("pk", self.commune):
            yield HeldRow(
                kind=self.key, row_id=pk, subject_id=commune_id, commune_id=commune_id,
                title=self.label, finding=HeldRow.Finding.ATTEMPTED,
            )  # fmt: skip

    def words(self, held: HeldRow) -> list[str]:
        return []

    def apply(self, held: HeldRow) -> None:
        """Record the decision as an answer of Zalo is recorded, unless one came meanwhile."""
        box = self.outbox()
        claimed = box.rows().filter(pk=held.row_id, state__in=[box.waiting, box.sending])
        row = claimed.select_related(*box.related).first()
        if row is not None:
            box.record(claimed, row, OUTCOMES[Decision(held.decision)])
