"""Write down tips for others: on the phone, at the counter, seen in a group, passed on.

The writer does not see the reporter again, and a person who passes tips on never reads them.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import IntegrityError

from accounts.models import Commune, User
from groups.models import Hamlet, ZaloGroup
from groups.places.querysets import hamlets_of, hamlets_served_by
from reports import intake
from reports.intake import Person, Receipt, Relayed, TipContent
from reports.public.services import source_of_form, tip_of_form
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.vault import passed_on_days

Channel = TipReport.Channel
SPOKEN_OR_WRITTEN: Final = (Channel.PHONE, Channel.DESK, Channel.PAPER)
NAMELESS: Final = "Người báo không muốn nêu tên"


class AlreadyTaken(NotAllowed):
    """This very form came in before."""

    def __init__(self, tip: TipReport) -> None:
        self.tip = tip
        super().__init__("Tin này đã được ghi rồi, không ghi lần thứ hai.")


def record(
    content: TipContent,
    *,
    by: User,
    channel: str,
    person: Person,
    relayed: Relayed | None = None,
    once: str = "",
) -> Receipt:
    """Write down a tip by phone, visit or letter, or one passed on, for which there is no receipt.

    `once` names the form. Raises NotAllowed, CarriesSecret, AlreadyTaken.
    """
    _require_right(by, "record_tipreport")
    if channel not in SPOKEN_OR_WRITTEN + TipReport.PASSED_ON:
        raise NotAllowed("Hãy chọn tin đến bằng đường nào.")
    is_passed_on = channel in TipReport.PASSED_ON
    if is_passed_on and not (relayed and relayed.through.strip()):
        raise NotAllowed("Hãy ghi ai chuyển tin này.")
    return _receive_once(
        _commune_of(by, content.hamlet),
        content,
        channel=channel,
        by=by,
        person=_with_reason(person),
        relayed=relayed if is_passed_on else None,
        once=once,
        gives_receipt=not is_passed_on,
    )


def capture(group: ZaloGroup, content: TipContent, *, by: User, once: str = "") -> TipReport:
    """Write down a matter that stands in a group for all to see: the fact, never who posted it.

    Raises NotAllowed, CarriesSecret, AlreadyTaken.
    """
    _require_right(by, "record_tipreport")
    commune = group.home_commune
    if by.commune_id not in (None, commune.pk):
        raise NotAllowed("Nhóm này thuộc xã khác.")
    if content.hamlet is None:
        content = replace(content, hamlet=group.hamlet)
    return _receive_once(
        commune, content, channel=Channel.GROUP, by=by, person=Person(),
        in_group=group, once=once, gives_receipt=False,
    ).tip  # fmt: skip


def relay(
    content: TipContent,
    *,
    by: User,
    person: Person,
    through: str = "",
    heard_at: datetime | None = None,
    once: str = "",
) -> TipReport:
    """Pass on, as a hamlet head or the leader of a team, what somebody of the hamlet reported.

    The day is noted whether or not the form came in before: else who sends an old form again learns
    whether its tip was wiped. Raises NotAllowed, CarriesSecret, AlreadyTaken.
    """
    _require_right(by, "relay_tipreport")
    own = Hamlet.objects.filter(pk__in=hamlets_served_by(by))
    if content.hamlet is None or not own.filter(pk=content.hamlet.pk).exists():
        raise NotAllowed("Chỉ chuyển tin của ấp, khu phố mình phụ trách.")
    is_head = hamlets_of(by).filter(hamlet=content.hamlet).exists()
    channel = Channel.HAMLET_HEAD if is_head else Channel.SELF_MANAGED_TEAM
    try:
        tip = _receive_once(
            content.hamlet.commune, content, channel=channel, by=by,
            person=_with_reason(person),
            relayed=Relayed(through.strip() or by.get_full_name() or by.username, heard_at),
            once=once, gives_receipt=False,
        ).tip  # fmt: skip
    except AlreadyTaken:
        passed_on_days.add_day(by)
        raise
    passed_on_days.add_day(by)
    return tip


def _receive_once(
    commune: Commune,
    content: TipContent,
    *,
    channel: str,
    by: User,
    person: Person,
    once: str,
    gives_receipt: bool,
    relayed: Relayed | None = None,
    in_group: ZaloGroup | None = None,
) -> Receipt:
    """Put a tip into the queue, once a form. Raises AlreadyTaken."""
    if not content.words.strip():
        raise NotAllowed("Hãy ghi chuyện gì xảy ra.")
    if content.hamlet is not None and content.hamlet.commune_id != commune.pk:
        raise NotAllowed("Ấp, khu phố này thuộc xã khác.")
    form = f"{by.pk}:{once}"
    _refuse_again(form, once)
    try:
        return intake.receive(
            commune, content, channel=channel, person=person, by=by, relayed=relayed,
            in_group=in_group, source=source_of_form(form) if once else "",
            gives_receipt=gives_receipt,
        )  # fmt: skip
    except IntegrityError:
        _refuse_again(form, once)  # two presses at the same time
        raise


def _refuse_again(form: str, once: str) -> None:
    if once and (tip := tip_of_form(form)) is not None:
        raise AlreadyTaken(tip)


def _require_right(by: User, permission: str) -> None:
    if not by.has_perm(f"reports.{permission}"):
        raise NotAllowed("Tài khoản này không ghi phản ánh bằng cách đó được.")


def _commune_of(by: User, hamlet: Hamlet | None) -> Commune:
    commune = by.commune or (hamlet.commune if hamlet is not None else None)
    if commune is None:
        raise NotAllowed("Hãy chọn ấp, khu phố để biết phản ánh của xã nào.")
    return commune


def _with_reason(person: Person) -> Person:
    """Fill in why nobody is named, which has to be noted (TT28 Đ5)."""
    is_noted = person.name.strip() or person.why_unnamed
    return person if is_noted else replace(person, name="", why_unnamed=NAMELESS)
