"""React to changes of hamlets, officers and holidays, and to events from Zalo."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Holiday, User
from accounts.scoped_admin.asking import counts
from accounts.workflow.services import record
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.scheduling.models import Schedule
from broadcasts.sending import services as sending
from broadcasts.sending.models import Delivery
from groups.models import Hamlet, HamletChange, Handover
from groups.signals import Moved, hamlets_changing, handing_over
from zalo.inbox.events import OwnEcho
from zalo.inbox.signals import echo_received
from zalo.models import OfficialAccount

# Posts keep their way when hamlets merge or split, and drafts when an officer leaves.
#
# An approval covers the places that the approver saw (decision 0053). So nothing that was submitted
# is rewritten: a post that names a hamlet of the past reaches the very groups that stood in it on
# its last day (`ZaloGroupQuerySet.of_hamlets`). Only what its author still writes names the new
# hamlets.


Kind, Status = BroadcastEvent.Kind, Broadcast.Status
WRITTEN = (Status.DRAFT, Status.RETURNED)
WAITING = (Status.PENDING_APPROVAL, Status.APPROVED, Status.SCHEDULED, Status.PAUSED)


def _names(ids: Any) -> str:
    return ", ".join(str(hamlet) for hamlet in Hamlet.objects.filter(pk__in=ids))


@receiver(hamlets_changing)
def posts_follow_hamlets(
    sender: Any, *, change: HamletChange, successors: dict[int, list[int]], **kwargs: Any
) -> list[Moved]:
    """Name the new hamlets in drafts; submitted posts keep their rule, with a line of history."""
    if change.kind == HamletChange.Kind.RENAME:
        return []
    posts = Broadcast.objects.filter(
        commune=change.commune_id, audience_hamlets__overlap=list(successors)
    ).select_for_update(of=("self",))
    drafts = list(posts.filter(status__in=WRITTEN))
    for post in drafts:
        old = [pk for pk in post.audience_hamlets if pk in successors]
        new = list(dict.fromkeys(pk for one in old for pk in successors[one]))
        unchanged = [pk for pk in post.audience_hamlets if pk not in successors and pk not in new]
        post.audience_hamlets = unchanged + new
        post.content_hash = post.compute_hash()
        post.save(update_fields=["audience_hamlets", "content_hash"])
        text = f"{change}: nơi nhận đổi từ {_names(old)} thành {_names(new)}."
        record(post, Kind.HAMLETS_CHANGED, text=text)
    waiting = list(posts.filter(status__in=WAITING, started_at=None))
    for post in waiting:
        old = [pk for pk in post.audience_hamlets if pk in successors]
        text = (
            f"{change}: {_names(old)} đã hết hiệu lực. Bài vẫn gửi tới đúng những nhóm của nơi đó, "
            "như khi trình."
        )
        record(post, Kind.HAMLETS_CHANGED, text=text)
    return [
        Moved("Bài nháp đổi nơi nhận theo ấp mới", len(drafts)),
        Moved("Bài đã trình giữ nguyên nhóm nhận", len(waiting)),
    ]


def _hand_over_schedules(named: Q, giver: User, taker: User) -> int:
    """Make the taker the author of submitted schedules.

    Their approval stays; the approver of a schedule does not become its author.
    """
    if not taker.has_perm("broadcasts.change_schedule"):
        return 0
    waiting = Broadcast.objects.filter(named, is_pattern=True, created_by=giver)
    waiting = waiting.filter(status__in=WAITING).exclude(approved_by=taker)
    patterns = list(waiting.select_for_update(of=("self",)))
    for pattern in patterns:
        pattern.created_by = taker
        pattern.last_edited_by = pattern.last_edited_by or giver
        pattern.save(update_fields=["created_by", "last_edited_by"])
        record(pattern, Kind.HANDED_OVER, text=f"{giver} bàn giao lịch đăng cho {taker}.")
    return len(patterns)


@receiver(handing_over)
def posts_follow_officers(
    sender: Any, *, handover: Handover, giver: User | None, taker: User, **kwargs: Any
) -> list[Moved]:
    """Hand drafts and schedules over to the taker of the places, and count what waits for them.

    Posts on their way and hand-posting tasks belong to the groups, so scope brings them along.
    """
    hamlets = list(handover.hamlet_items.values_list("hamlet", flat=True))
    groups = list(handover.group_items.values_list("group", flat=True))
    named = Q(audience_hamlets__overlap=hamlets) | Q(audience_groups__overlap=groups)
    here = Q(zalo_group__hamlet__in=hamlets) | Q(zalo_group__in=groups)
    drafts: list[Broadcast] = []
    if giver is not None and taker.has_perm("broadcasts.add_broadcast"):
        written = Broadcast.objects.filter(named, created_by=giver, status__in=WRITTEN)
        drafts = list(written.without_planned().select_for_update(of=("self",)))
    for post in drafts:
        post.created_by, post.last_edited_by = taker, post.last_edited_by or giver
        post.save(update_fields=["created_by", "last_edited_by"])
        record(post, Kind.HANDED_OVER, text=f"{giver} bàn giao bài nháp cho {taker}.")
    coming = Broadcast.objects.filter(named, status__in=WAITING, started_at=None, is_pattern=False)
    planned = _hand_over_schedules(named, giver, taker) if giver is not None else 0
    of_taker = Schedule.objects.filter(pattern__created_by=taker, plan_due_at__isnull=False)
    of_taker.update(plan_due_at=timezone.now())  # their posts name the new author
    to_come, by_hand = counts(coming, Delivery.objects.filter(here).to_post())
    return [
        Moved("Lịch đăng", planned),
        Moved("Bài nháp", len(drafts)),
        Moved("Bài đã trình, chờ gửi tới các nơi này", to_come),
        Moved("Việc đăng tay đang chờ", by_hand),
    ]


@receiver([post_save, post_delete], sender=Holiday)
def schedules_follow_the_calendar(sender: Any, **kwargs: Any) -> None:
    """Plan every schedule anew at the next tick, once a day off is added, moved or deleted."""
    Schedule.objects.filter(plan_due_at__isnull=False).update(plan_due_at=timezone.now())


@receiver(echo_received)
def unclear_deliveries_hear_of_themselves(
    sender: Any, *, account: OfficialAccount, event: OwnEcho, **kwargs: Any
) -> None:
    sending.record_echo(account, event)
