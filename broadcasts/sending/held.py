"""Posts after a restore: what was due or half sent, and what a decision makes of a delivery."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.workflow.services import lock, move, record
from broadcasts import occasions
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.services import change_status, reopen
from broadcasts.scheduling.tick import fan_out
from broadcasts.sending.models import Delivery
from zalo.hold import kinds
from zalo.hold.journal import Line
from zalo.hold.models import HeldRow

Status, Decision, Finding = Delivery.Status, HeldRow.Decision, HeldRow.Finding
ENDED = (
    Broadcast.Status.SENDING, Broadcast.Status.PAUSED, Broadcast.Status.COMPLETED,
    Broadcast.Status.CANCELLED, Broadcast.Status.REJECTED,
)  # fmt: skip


def begin_due(now: datetime) -> int:
    """Write the deliveries of posts whose minute came while nothing could leave; returns how many.

    What of them left in the lost time is then decided for each group. Whatever else keeps a post
    from starting (its hash, the content check, its hour) is asked again before anything leaves.
    """
    begun = 0
    for broadcast in Broadcast.objects.due(now).filter(status=Broadcast.Status.SCHEDULED):
        lock(broadcast)
        if broadcast.status != Broadcast.Status.SCHEDULED or not fan_out(broadcast, now):
            continue
        move(broadcast, Broadcast.Status.SENDING)
        broadcast.started_at = now
        broadcast.save(update_fields=["status", "started_at"])
        record(broadcast, BroadcastEvent.Kind.STARTED, groups=broadcast.deliveries.count())
        occasions.call_hands(broadcast)
        begun += 1
    return begun


class HeldDeliveries:
    """One post in one group."""

    key = "delivery"
    label = "Bài đăng"

    def open_rows(self, since: datetime, lines: Sequence[Line]) -> Iterator[HeldRow]:
        """Deliveries that are not final, or failed and called again since."""
        begin_due(timezone.now())
        called = {(line.subject_id, line.to) for line in lines if line.kind == self.key}
        machine = Delivery.objects.exclude(way="hand").filter(
            Q(status__in=[Status.QUEUED, Status.SENDING])
            | Q(status=Status.UNCERTAIN, settled_at=None, claimed_at__gte=since)
            | Q(status=Status.FAILED, broadcast__in={post for post, _group in called})
        )
        for row in machine.select_related("broadcast", "zalo_group").order_by("pk"):
            group_id = row.target_group_id or row.zalo_group.zalo_group_id
            if row.status == Status.FAILED and (row.broadcast_id, group_id) not in called:
                continue
            yield HeldRow(
                kind=self.key, row_id=row.pk, subject_id=row.broadcast_id,
                commune_id=row.commune_id, title=row.broadcast.title[:255],
                place=str(row.zalo_group)[:255], group_id=group_id[:64],
                due_at=row.broadcast.started_at or row.broadcast.scheduled_for,
            )  # fmt: skip

    def words(self, held: HeldRow) -> list[str]:
        """The messages of the post; blank for a file, which cannot be recognised."""
        post = Broadcast.objects.get(pk=held.subject_id)
        texts = list(post.approved_parts)
        return texts + [""] * (post.message_count - len(texts))

    def apply(self, held: HeldRow) -> None:
        """Write the decision on the delivery."""
        row = Delivery.objects.select_for_update(of=("self",)).get(pk=held.row_id)
        post = lock(row.broadcast)
        if row.status not in (Status.QUEUED, Status.SENDING, Status.UNCERTAIN, Status.FAILED):
            return
        now = timezone.now()
        row.finding, row.settled_by, row.settled_at = "", None, None
        row.error_code, row.next_attempt_at = "", None
        row.error_text = f"Sau khi khôi phục dữ liệu: {held.get_decision_display().lower()}."
        match held.decision:
            case Decision.SENT:
                self._sent(row, held, post, now)
            case Decision.UNCERTAIN:
                row.status, row.claimed_at = Status.UNCERTAIN, held.noted_at or now
            case Decision.SEND:
                row.status, row.next_attempt_at, row.error_text = Status.QUEUED, now, ""
                row.attempts = 0
                reopen(post)
            case Decision.DROP:
                row.status = Status.CANCELLED
        row.save()

    def _sent(self, row: Delivery, held: HeldRow, post: Broadcast, now: datetime) -> None:
        """Mark as sent if Zalo named the message; else uncertain, settled by the person."""
        if held.message_ids and held.parts < post.message_count:
            row.parts_sent, row.zalo_message_ids = held.parts, held.message_ids
            row.status, row.next_attempt_at, row.error_text = Status.QUEUED, now, ""
            reopen(post)
        elif held.message_ids:
            row.status, row.sent_at = Status.SENT, held.due_at or now
            row.parts_sent, row.zalo_message_ids = held.parts, held.message_ids
            row.error_text = ""
        else:
            row.status, row.claimed_at = Status.UNCERTAIN, held.noted_at or now
            if held.decided_by is not None:
                row.finding = Delivery.Finding.ARRIVED
                row.settled_by, row.settled_at = held.decided_by, now


class HeldPosts:
    """A post that is no longer approved in these data, though it was sent meanwhile."""

    key = "post"
    label = "Bài chưa duyệt nhưng đã gửi"

    def open_rows(self, since: datetime, lines: Sequence[Line]) -> Iterator[HeldRow]:
        """Posts that have not begun, of which the journal knows calls."""
        groups: dict[int, set[str]] = {}
        for line in lines:
            if line.kind == HeldDeliveries.key and not line.is_not_sent:
                groups.setdefault(line.subject_id, set()).add(line.to)
        for post in Broadcast.objects.filter(pk__in=groups).exclude(status__in=ENDED):
            yield HeldRow(
                kind=self.key, row_id=post.pk, subject_id=post.pk, commune_id=post.commune_id,
                title=post.title[:255], place=f"{len(groups[post.pk])} nhóm",
                due_at=post.scheduled_for, finding=Finding.ANSWERED,
            )  # fmt: skip

    def words(self, held: HeldRow) -> list[str]:
        return []

    def apply(self, held: HeldRow) -> None:
        """Close a post that was sent, so that nobody sends it again."""
        post = lock(Broadcast(pk=held.row_id))
        if held.decision in (Decision.SENT, Decision.DROP) and post.status not in ENDED:
            why = "Đã gửi trước khi dữ liệu được khôi phục nên khép lại, không gửi lần hai."
            change_status(
                post, Broadcast.Status.CANCELLED, BroadcastEvent.Kind.CANCELLED,
                by=held.decided_by, text=why,
            )  # fmt: skip


kinds.register("delivery", kinds.Journalled(Delivery.objects.all, "claimed_at"))
kinds.register_held(HeldDeliveries())
kinds.register_held(HeldPosts())
