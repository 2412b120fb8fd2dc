"""React to events from Zalo about tips, and to changes of hamlets and officers."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import record, sees
from duty.ways.zalo.receivers import is_about_duty
from groups.linking.receivers import is_about_linking
from groups.models import Hamlet, HamletChange, Handover
from groups.signals import Moved, hamlets_changing, handing_over
from reports.chat import answers
from reports.chat import retention as chat_retention
from reports.chat import services as chat
from reports.clocks import services as clocks
from reports.tips import occasions
from reports.tips.models import TipReport
from reports.tips.services import leave_unowned
from reports.work.models import TipConflict, TipEvent, TipHelper
from zalo.inbox.events import InboundMessage, OwnEcho, Withdrawal
from zalo.inbox.signals import echo_received, message_received, person_withdrew
from zalo.models import OfficialAccount, WebhookEvent

# Where hamlets merge or split, or an officer hands places over, open tips alone move: closed ones
# stay, so that old figures can be read. Counts are of tips that the acting account sees and that
# bar nobody: other chiefs read them later, and one more would tell of a tip that they may not know.


@receiver(hamlets_changing, dispatch_uid="reports.follow_hamlets")
def tips_follow_hamlets(
    sender: Any, *, change: HamletChange, successors: dict[int, list[int]], by: User, **kwargs: Any
) -> list[Moved]:
    """Open tips go to what their hamlet became; of several, to the first: the step says so."""
    moving = {old: new[0] for old, new in successors.items() if new and new[0] != old}
    tips = TipReport.objects.open().filter(hamlet__in=moving).order_by("pk")
    visible = TipReport.objects.visible_to(by).barring_nobody().filter(pk__in=tips)
    counted = set(visible.values_list("pk", flat=True))
    names = {row.pk: str(row) for row in Hamlet.objects.filter(pk__in=[*moving, *moving.values()])}
    count = 0
    for tip in tips.select_for_update(of=("self",)):
        old: int = tip.hamlet_id  # type: ignore[assignment]  # one of `moving`
        tip.hamlet_id = moving[old]
        tip.save(update_fields=["hamlet"])
        tip.refresh_from_db(fields=["hamlet"])
        clocks.reclassified(tip, at=timezone.now())  # it may be a remote one
        is_split = len(successors[old]) > 1
        record(
            tip, TipEvent.Kind.MOVED, by=by, at=timezone.now(),
            before=names[old], after=names[tip.hamlet_id], is_split=is_split,
        )  # fmt: skip
        count += tip.pk in counted
    return [Moved("Phản ánh đang xử lý", count)]


@receiver(handing_over, dispatch_uid="reports.follow_officers")
def tips_follow_officers(
    sender: Any, *, handover: Handover, giver: User | None, taker: User, by: User, **kwargs: Any
) -> list[Moved]:
    """Open tips of the giver in these hamlets go on with the taker.

    One that the taker cannot work on, or must not know of, waits to be given to somebody else.
    """
    if giver is None:
        return []
    hamlets = handover.hamlet_items.values("hamlet")
    tips = TipReport.objects.open().filter(owner=giver, hamlet__in=hamlets).order_by("pk")
    count = 0
    for tip in tips.select_for_update(of=("self",)):
        barred = set(TipConflict.objects.filter(tip=tip).values_list("user", flat=True))
        if taker.pk in barred or not taker.has_perm("reports.work_tipreport"):
            leave_unowned(tip)
            record(tip, TipEvent.Kind.HANDED_BACK, at=timezone.now())
            continue
        tip.owner, tip.assigned_at = taker, timezone.now()
        tip.save(update_fields=["owner", "assigned_at"])
        TipHelper.objects.filter(tip=tip, user=taker).delete()
        occasions.taken_up(tip)
        record(tip, TipEvent.Kind.MOVED, by=by, before=str(giver), after=str(taker))
        count += not barred and sees(by, tip)
    return [Moved("Phản ánh đang phụ trách", count)]


@receiver(message_received, dispatch_uid="reports.hear")
def hear(
    sender: Any,
    account: OfficialAccount,
    event: InboundMessage,
    record: WebhookEvent | None = None,
    **kwargs: Any,
) -> bool | None:
    """Take in every private message that is not about linking, nor a shift; in the vault."""
    if event.group_id or is_about_linking(event) or is_about_duty(account, event):
        return None
    chat.hear(account, event, record)
    return True


@receiver(person_withdrew, dispatch_uid="reports.withdrew")
def withdrew(sender: Any, account: OfficialAccount, event: Withdrawal, **kwargs: Any) -> None:
    """Delete the data of a person who withdrew consent."""
    chat_retention.withdrew(account, event)


@receiver(echo_received, dispatch_uid="reports.note_echo")
def note_echo(sender: Any, account: OfficialAccount, event: OwnEcho, **kwargs: Any) -> None:
    """Take in a message of the account itself."""
    answers.note_echo(account, event)
