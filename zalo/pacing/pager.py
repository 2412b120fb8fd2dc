"""Lists of Zalo that are read page by page, over many calls, by whichever worker goes on.

The row of a reading is its memory. A worker shows a sign of life with each page (`beat_at`); whose
sign is old is gone, and the next one goes on where it stopped.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.enqueue import enqueue
from accounts.models import User
from accounts.services import NotAllowed
from accounts.work_budget import UNLIMITED, WorkBudget
from zalo.capabilities.states import Capability, may
from zalo.client.errors import ZaloError, ZaloRetryable
from zalo.official_accounts import call_log
from zalo.official_accounts.models import OfficialAccount

AT_WORK_FOR: Final = timedelta(seconds=150)
"""A reader that has shown no sign of life for so long is gone: longer than it waits for a slot."""
GIVEN_UP_AFTER: Final = timedelta(hours=12)
READINGS_KEPT: Final = 30
RUNNING: Final = "running"
FAILED: Final = "failed"


class LostReading(Exception):
    """Another worker reads on."""


class Pager[Row: models.Model]:
    """Readings of one kind of list. A subclass names them and reads one step of a row."""

    model: ClassVar[Any]
    task: ClassVar[str]
    capability: ClassVar[Capability]
    audited: ClassVar[str]
    busy: ClassVar[str]
    endless: ClassVar[str]

    def read(self, row: Row, budget: WorkBudget) -> None:
        """Read page after page until the end, or until the budget is spent."""
        raise NotImplementedError

    def open(
        self, account: OfficialAccount, *, by: User | None, noted: dict[str, str], **values: Any
    ) -> Row:
        """Have a list read by a worker. Raises NotAllowed where the account may not, or is being
        read already."""
        answer = may(account, self.capability)
        if answer.is_no:
            raise NotAllowed(answer.sentence)
        now = timezone.now()
        try:
            with transaction.atomic():
                row: Row = self.model.objects.create(
                    account=account, started_at=now, beat_at=now - AT_WORK_FOR, **values
                )
                if by is not None:
                    audit.record(
                        self.audited, by=by, target=account, commune=account.commune, **noted
                    )
                enqueue(self.task, row.pk)
        except IntegrityError:
            raise NotAllowed(self.busy) from None
        return row

    def resume_stale(self) -> int:
        """Wake readings whose worker is gone, and give up those that never end."""
        now = timezone.now()
        running = self.model.objects.filter(state=RUNNING)
        for row in running.filter(started_at__lt=now - GIVEN_UP_AFTER):
            self.finish(row, FAILED, self.endless)
        stale = running.filter(beat_at__lte=now - AT_WORK_FOR).values_list("pk", flat=True)
        for pk in (found := list(stale)):
            enqueue(self.task, pk)
        return len(found)

    def read_on(self, row_id: int, budget: WorkBudget = UNLIMITED) -> None:
        """Go on with a reading; nothing where another worker is at it.

        A spent budget calls a worker for the next step. A failure that passes leaves the rest to
        the sweep, any other ends the reading with a sentence.
        """
        row = self._claim(row_id)
        if row is None:
            return
        goes_on = False
        try:
            self.read(row, budget)
            goes_on = row.finished_at is None
        except (LostReading, ZaloRetryable):
            pass
        except ZaloError as error:
            if row.finished_at is None:
                self.finish(row, FAILED, str(error))
        finally:
            call_log.flush()
            self._mine(row).update(beat_at=timezone.now() - AT_WORK_FOR)
        if goes_on:
            enqueue(self.task, row.pk)

    def _claim(self, row_id: int) -> Any:
        now = timezone.now()
        rows = self.model.objects.filter(pk=row_id)
        if not rows.filter(state=RUNNING, beat_at__lte=now - AT_WORK_FOR).update(beat_at=now):
            return None
        return rows.select_related("account__commune").get()

    def _mine(self, row: Any) -> Any:
        return self.model.objects.filter(pk=row.pk, state=RUNNING, beat_at=row.beat_at)

    def beat(self, row: Any, **values: Any) -> None:
        """Show a sign of life, with what was read. Raises LostReading."""
        now: datetime = timezone.now()
        if not self._mine(row).update(beat_at=now, **values):
            raise LostReading
        row.beat_at = now

    @transaction.atomic
    def finish(self, row: Any, state: str, problem: str, **values: Any) -> None:
        """End a reading, and forget the oldest of this account."""
        values |= {"state": state, "problem": problem[:255], "finished_at": timezone.now()}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        rows = self.model.objects.filter(account=row.account_id)
        newest = list(
            rows.order_by("-started_at", "-pk").values_list("pk", flat=True)[:READINGS_KEPT]
        )
        rows.exclude(pk__in=newest).delete()
