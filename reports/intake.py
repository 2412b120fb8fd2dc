"""Single entry point for tips: every channel creates a row of the same queue, with its own code."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.encryption.services import blind_index
from accounts.models import Commune, User
from accounts.quarters import quarter
from accounts.vault import sealing
from accounts.vault.errors import NoVaultKey
from groups.models import Hamlet, ZaloGroup
from reports.clocks import services as clocks
from reports.proposals import services as proposals
from reports.tips import occasions, receipts
from reports.tips.models import TipReport
from reports.tips.numbers import TipCounter
from reports.tips.services import require_no_secret
from reports.vault.models import (
    Reporter,
    SealedText,
    TipAttachment,
    index_of_reporter,
    nobodys_index,
)
from reports.work.models import TipEvent

# A reporter learns the number of the tip. Were these counted one by one, two small reports would
# tell how many tips came in between. So the count of the year, without gaps, is given out in an
# order that only the portal knows.

HALF = 100  # a number is two halves of two digits
_ROUNDS = 6


def code_of(count: int, *, commune: int, year: int) -> str:
    """The `count`-th tip of a year, as PA26-7340; no two of a commune and year are the same."""
    block, place = divmod(count - 1, HALF * HALF)
    left, right = divmod(place, HALF)
    for number in range(_ROUNDS):
        mixed = blind_index(f"{commune}/{year}/{block}/{number}/{right}", purpose="tip_code")
        left, right = right, (left + int(mixed[:12], 16)) % HALF
    return f"PA{year % 100:02d}-{(block * HALF + left) * HALF + right:04d}"


@dataclass(frozen=True)
class Person:
    """The reporter, as far as known; goes into the vault and nowhere else."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    zalo_user_id: str = field(default="", repr=False)
    how_known: str = field(default="", repr=False)
    why_unnamed: str = field(default="", repr=False)


@dataclass(frozen=True)
class TipContent:
    """Content of a new tip. Only `words` must be there; `category` is the reporter's own choice,
    `kind` only what is plain before anybody sorted it (a question about a procedure)."""

    words: str = field(repr=False)
    place: str = field(default="", repr=False)
    occurred_words: str = field(default="", repr=False)
    occurred_at: datetime | None = None
    hamlet: Hamlet | None = None
    category: str = ""
    kind: str = ""
    urgency: str = TipReport.Urgency.NORMAL


@dataclass(frozen=True)
class Relayed:
    """The office, in words, through which a tip came, and when it heard of it: stored to the
    quarter of an hour, for at that minute the reporter was with them."""

    through: str = field(repr=False)
    at: datetime | None = None


@dataclass(frozen=True)
class File:
    """A file ready to be stored: a picture made anew, without metadata."""

    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True)
class Receipt:
    """A tip that came in. `receipt` are its 20 digits, shown once and known to nobody else; empty
    where none was given out."""

    tip: TipReport
    receipt: str = field(default="", repr=False)


@transaction.atomic
def receive(
    commune: Commune,
    content: TipContent,
    *,
    channel: str,
    person: Person | None = None,
    by: User | None = None,
    files: Sequence[File] = (),
    in_group: ZaloGroup | None = None,
    relayed: Relayed | None = None,
    source: str = "",
    at: datetime | None = None,
    gives_receipt: bool = True,
) -> Receipt:
    """Take a tip in; returns it with its receipt. Raises CarriesSecret, NoVaultKey.

    `by` wrote it down for the reporter; `in_group` is the group where it stood for all to see;
    `source` names the message that brought it (unique); `at` is when it came, if not now.
    """
    if not sealing.can_seal():
        raise NoVaultKey
    person = person or Person()
    through = relayed.through if relayed else ""
    require_no_secret(
        content.words, content.place, content.occurred_words, through, person.name, person.phone,
        person.address, person.how_known, person.why_unnamed,
    )  # fmt: skip
    moment = quarter(at or timezone.now())
    receipt = receipts.new() if gives_receipt else ""
    # Slow, so before the counter is locked.
    receipt_hash = receipts.hash_of(receipt) if receipt else ""
    tip = TipReport.objects.create(
        commune=commune,
        code=_next_code(commune, moment),
        category=content.category,
        kind=content.kind,
        channel=channel,
        exposure=TipReport.Exposure.PUBLIC_IN_GROUP if in_group else TipReport.Exposure.PRIVATE,
        hamlet=content.hamlet,
        urgency=content.urgency,
        place=content.place,
        occurred_words=content.occurred_words,
        occurred_at=content.occurred_at,
        recorded_by=by,
        zalo_group=in_group,
        relayed_through=through,
        relayed_at=quarter(relayed.at) if relayed and relayed.at else None,
        received_at=moment,
        receipt_hash=receipt_hash,
    )
    zalo = person.zalo_user_id
    Reporter.objects.create(
        tip=tip, **asdict(person), zalo_index=index_of_reporter(zalo) if zalo else nobodys_index()
    )
    SealedText.objects.create(tip=tip, text=content.words, at=moment, source=source)
    for position, file in enumerate(files):
        keep_file(tip, file, position=position, at=moment)
    # Not by `record`: the trail would say to the second when a caller was on the phone.
    TipEvent.objects.create(tip=tip, kind=TipEvent.Kind.RECEIVED, by=by, at=moment)
    clocks.start_clocks(tip)
    occasions.arrived(tip, by=by)
    # Not whoever carried it: a tip is not about them.
    proposals.hold_back(tip, content.words, content.place, at=moment)
    return Receipt(tip, receipt)


def keep_file(
    tip: TipReport, file: File, *, position: int, at: datetime, **more: Any
) -> TipAttachment:
    """Seal a file of a tip; `more` are further columns of the row. The vault marks it later."""
    return TipAttachment.objects.create(
        tip=tip,
        content=file.content,
        content_type=file.content_type,
        size=len(file.content),
        position=position,
        at=at,
        **more,
    )


def _next_code(commune: Commune, at: datetime) -> str:
    """A number of the year that no tip has yet: PA26-7340. Locked until the tip is there."""
    year = timezone.localtime(at).year
    rows = TipCounter.objects.select_for_update(of=("self",)).filter(commune=commune, year=year)
    counter = rows.first()
    if counter is None:
        TipCounter.objects.get_or_create(commune=commune, year=year)
        counter = rows.get()
    is_used = True
    while is_used:  # numbers of before, or of a key that was changed
        counter.last += 1
        code = code_of(counter.last, commune=commune.pk, year=year)
        is_used = TipReport.objects.filter(commune=commune, code=code).exists()
    counter.save(update_fields=["last"])
    return code
