"""The life of a made-up tip, step by step, each at an hour of the past.

The services write down that something is done now; the demo needs what was done last week. Steps
are rows as the services leave them, and the clocks are the real ones, reckoned at those hours.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.quarters import quarter
from accounts.vault import sealing
from accounts.vault.calls import Call, running
from reports.clocks import services as clocks
from reports.models import Referral, TipEvent, TipMessage, TipReport
from reports.tips.search import tokens
from reports.work.closing import MEASURES

Kind, Status = TipEvent.Kind, TipReport.Status


class Life:
    """Goes on with a tip; `hours` of each step are counted from its receipt, and never after now.

    Each step returns the life, so that they can be written one after the other.
    """

    def __init__(self, tip: TipReport, now: datetime) -> None:
        self.tip, self.now = tip, now

    def _at(self, hours: float) -> datetime:
        return min(self.tip.received_at + timedelta(hours=hours), self.now)

    def _event(self, kind: str, at: datetime, by: User | None = None, **more: Any) -> "Life":
        TipEvent.objects.create(tip=self.tip, kind=kind, at=at, by=by, **more)
        return self

    def sort(
        self, hours: float, by: User, kind: str, category: str, summary: str, place: str = "",
        *, urgency: str = "", is_grave: bool = False,
    ) -> "Life":  # fmt: skip
        """Sorted and summed up."""
        tip, at = self.tip, self._at(hours)
        tip.kind, tip.category, tip.is_grave = kind, category, is_grave
        tip.urgency = urgency or tip.urgency
        tip.status, tip.triaged_at = Status.TRIAGED, at
        tip.summary, tip.place = summary, place
        if sealing.is_vault():  # without its keys the words are not searched
            with running(Call("seed_demo")):
                tip.search_tokens = tokens(f"{summary} {place}")
        tip.save()
        clocks.sorted_first(tip, at=at)
        self._event(Kind.TRIAGED, at, by)
        return self._event(Kind.SUMMARISED, at, by)

    def give(self, hours: float, to: User, by: User, due_on: date | None = None) -> "Life":
        self.tip.owner, self.tip.assigned_at = to, self._at(hours)
        self.tip.owner_due_on = due_on
        self.tip.save()
        return self._event(Kind.ASSIGNED, self._at(hours), by, details={"to": to.pk})

    def start(self, hours: float) -> "Life":
        self.tip.status = Status.IN_PROGRESS
        self.tip.save()
        return self._event(Kind.STARTED, self._at(hours), self.tip.owner)

    def add_note(self, hours: float, words: str) -> "Life":
        return self._event(Kind.NOTED, self._at(hours), self.tip.owner, note=words)

    def say(self, hours: float, words: str, by: User) -> "Life":
        """An answer that the reporter sees with the receipt, or got in the chat."""
        is_chat = self.tip.channel == TipReport.Channel.OA_CHAT
        TipMessage.objects.create(
            tip=self.tip, direction="out", via="chat" if is_chat else "receipt", text=words,
            at=self._at(hours), by=by, signed_as="Công an xã",
            state=TipMessage.State.SENT if is_chat else TipMessage.State.SHOWN,
        )  # fmt: skip
        clocks.stop(self.tip, "acknowledge", at=self._at(hours))
        return self._event(Kind.ANSWERED, self._at(hours), by)

    def hear(self, hours: float, words: str, *, is_read: bool = False) -> "Life":
        """The reporter says more; times of theirs are quarters of an hour."""
        at = quarter(self._at(hours))
        is_chat = self.tip.channel == TipReport.Channel.OA_CHAT
        TipMessage.objects.create(
            tip=self.tip, direction="in", via="chat" if is_chat else "receipt", text=words, at=at,
            read_at=self._at(hours + 1) if is_read else None,
        )  # fmt: skip
        self.tip.has_unread = not is_read
        self.tip.save()
        return self._event(Kind.HEARD_MORE, at)

    def refer(self, hours: float, by: User, to: str, whom: str, slip: str, state: str) -> "Life":
        """Handed over by a slip; told quickly where the law asks for it."""
        at = self._at(hours)
        Referral.objects.create(
            tip=self.tip, to=to, to_whom=whom, slip_number=slip,
            slip_on=timezone.localdate(at), state=state, handed_over_at=at, by=by,
            answered_at=self._at(hours + 6) if state != "handed_over" else None,
            told_quickly_at=at if self.tip.is_grave else None,
            told_quickly_by="điện thoại" if self.tip.is_grave else "",
            told_quickly_to="Trực ban Công an thành phố" if self.tip.is_grave else "",
        )  # fmt: skip
        clocks.referred(self.tip, to=to, at=at)
        return self._event(Kind.REFERRED, at, by)

    def resolve(self, hours: float, disposition: str, outcome: str, measure: str) -> "Life":
        tip, at = self.tip, self._at(hours)
        tip.status, tip.disposition, tip.outcome = Status.RESOLVED, disposition, outcome
        tip.measure = MEASURES.get(TipReport.Disposition(disposition), measure)
        tip.resolved_at = at
        tip.save()
        clocks.resolved(tip, at=at)
        return self._event(
            Kind.RESOLVED, at, tip.owner, note=outcome, details={"disposition": disposition}
        )

    def tell(self, hours: float, by: User, words: str) -> "Life":
        tip, at = self.tip, self._at(hours)
        self.say(hours, words, by)
        tip.status, tip.told_at = Status.TOLD, at
        tip.save()
        clocks.stop(tip, *clocks.WHEN_TOLD, at=at)
        return self._event(Kind.TOLD, at, by)

    def close(self, hours: float, by: User, disposition: str = "") -> "Life":
        """The end; with a disposition for what needed no verifying."""
        tip, at = self.tip, self._at(hours)
        tip.status, tip.closed_at = Status.CLOSED, at
        if disposition:
            tip.disposition, tip.resolved_at = disposition, at
            tip.measure = MEASURES[TipReport.Disposition(disposition)]
        tip.save()
        clocks.closed(tip, at=at)
        return self._event(Kind.CLOSED, at, by)
