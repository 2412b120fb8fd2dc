"""Verbs of a post from draft to approved: write, submit, decide, cancel, pause."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.enqueue import enqueue
from accounts.models import User
from accounts.workflow.four_eyes import is_writer
from accounts.workflow.services import lock_for, move, record, require_state, sees, stored_for
from broadcasts import occasions
from broadcasts.approval import approvable
from broadcasts.content_check.answers import answered_lines
from broadcasts.content_check.services import check
from broadcasts.posts.attachments import keep_file, require_same_file
from broadcasts.posts.audience import reach
from broadcasts.posts.corrections import copy_audience, require_original_at_rest, unfinished
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import text_parts
from broadcasts.posts.services import change_status, void_approval
from broadcasts.requests import services as requests
from broadcasts.requests.services import missing_document
from broadcasts.scheduling.materialise import follow_pattern
from broadcasts.sending.models import Delivery
from broadcasts.templates.models import PostTemplate
from duty.services import lent_approval, words_of_mandate
from groups.models import Hamlet, ZaloGroup


def lacking(broadcast: Broadcast) -> str:
    """Sentence for the author of an unfinished directive or correction; blank otherwise."""
    return missing_document(broadcast) or unfinished(broadcast)


def require_sources(broadcast: Broadcast, by: User) -> None:
    """Check commune and visibility of template and request, and assign the request to the author.

    Raises NotAllowed. Call inside the transaction that saves the post.
    """
    if broadcast.template_id:
        of_commune = PostTemplate.objects.of_commune(broadcast.commune_id)
        if not of_commune.filter(pk=broadcast.template_id).exists():
            raise NotAllowed("Mẫu bài này là của xã khác.")
    if broadcast.request is None:
        return
    if broadcast.request.commune_id != broadcast.commune_id:
        raise NotAllowed("Yêu cầu này là của xã khác.")
    if not sees(by, broadcast.request):
        raise NotAllowed("Tài khoản này không thấy yêu cầu đó.")
    requests.assign(broadcast.request, by=by)


def source_words(broadcast: Broadcast) -> str:
    """Sentence naming the edition behind a post; blank without one."""
    edition = broadcast.edition
    if edition is None:
        return ""
    checked = f", rà soát ngày {edition.verified_on:%d/%m/%Y}" if edition.verified_on else ""
    return f"Soạn từ thủ tục “{edition.procedure}”, bản {edition.number}{checked}."


Kind, Status = BroadcastEvent.Kind, Broadcast.Status


def why_not_second_person(broadcast: Broadcast, by: User) -> str:
    """Why an account does not approve: it wrote, edited or submitted the post. Blank otherwise.

    A stand-in decides for the absent person, who must not have written it either.
    """
    if is_writer(by, broadcast.created_by_id, broadcast.submitted_by_id):
        return "Đồng chí là người soạn hoặc trình bài này nên người khác phải duyệt."
    if is_writer(by, broadcast.last_edited_by_id):
        return "Đồng chí là người sửa bài sau cùng nên người khác phải duyệt."
    if is_writer(by, *broadcast.writers):
        return "Đồng chí đã sửa bài này nên người khác phải duyệt."
    if (lent := lent_approval(by)) is not None and is_writer(lent.person, *_writers(broadcast)):
        return f"Bài do {lent.person} viết hoặc trình, người thay không duyệt được theo ủy quyền."
    return ""


def _writers(broadcast: Broadcast) -> list[int | None]:
    people = (broadcast.created_by_id, broadcast.submitted_by_id, broadcast.last_edited_by_id)
    return [*people, *broadcast.writers]


def mandate_words(by: User) -> str:
    """The mandate by which an account decides, in words; blank where it holds the right itself."""
    lent = lent_approval(by)
    return "" if lent is None else words_of_mandate(lent)


def _with_mandate(by: User, text: str) -> str:
    words = mandate_words(by)
    return "\n".join(filter(None, (words and f"{words[0].upper()}{words[1:]}.", text)))


TEXT = approvable.Text(
    picture_digest="image_sha256",
    digest=lambda row: approvable.file_digest(
        row.image, "Không đọc được ảnh của bài. Hãy chọn lại ảnh."
    ),
    check=check,
    why_not_second_person=why_not_second_person,
    changed="Bài đã bị sửa sau khi trình. Hãy trình lại bản mới rồi duyệt.",
)


def _require_audience(broadcast: Broadcast, by: User) -> None:
    """The chosen hamlets and groups are the author's to choose. Raises NotAllowed.

    A correction chooses nothing: its places are those of the original.
    """
    if broadcast.corrects_id:
        copy_audience(broadcast, by=by)
        return
    hamlets = Hamlet.objects.visible_to(by).of_commune(broadcast.commune_id)
    groups = ZaloGroup.objects.visible_to(by).of_commune(broadcast.commune_id)
    chosen_hamlets, chosen_groups = set(broadcast.audience_hamlets), set(broadcast.audience_groups)
    if chosen_hamlets - set(hamlets.filter(pk__in=chosen_hamlets).values_list("pk", flat=True)):
        raise NotAllowed("Có ấp, khu phố không thuộc địa bàn của đồng chí.")
    if chosen_groups - set(groups.filter(pk__in=chosen_groups).values_list("pk", flat=True)):
        raise NotAllowed("Có nhóm không thuộc địa bàn của đồng chí.")


@transaction.atomic
def create(broadcast: Broadcast, *, by: User) -> Broadcast:
    """Save a new draft of this author. Raises NotAllowed for an audience out of reach."""
    own_commune = by.commune_id in {None, broadcast.commune_id}
    if not own_commune or not by.has_perm("broadcasts.add_broadcast"):
        raise NotAllowed("Tài khoản này không có quyền soạn bài cho xã này.")
    broadcast.status = Status.DRAFT
    _require_audience(broadcast, by)
    require_sources(broadcast, by)
    keep_file(broadcast)
    approvable.start(broadcast, TEXT, by=by)
    record(broadcast, Kind.CREATED, by=by, text=source_words(broadcast))
    return broadcast


def _require_own_or_approver(broadcast: Broadcast, by: User) -> None:
    if by.pk != broadcast.created_by_id and not by.has_perm("broadcasts.approve_broadcast"):
        raise NotAllowed("Chỉ người soạn và chỉ huy được sửa hoặc trình bài này.")


@transaction.atomic
def edit(broadcast: Broadcast, *, by: User) -> Broadcast:
    """Save the changed content of a post; a change voids the submission and the approval.

    Only its author and approvers may change it. Raises NotAllowed, also once the
    post has begun to leave.
    """
    stored = stored_for(broadcast, by, permission="broadcasts.change_broadcast")
    _require_own_or_approver(stored, by)
    require_state(stored, only=Broadcast.EDITABLE)
    _require_audience(broadcast, by)
    approvable.save_upload(broadcast, "image")
    keep_file(broadcast)
    approvable.save_upload(broadcast, "file")
    if approvable.apply_changes(stored, broadcast, TEXT, by=by):
        occasions.edited(stored)
        if stored.status in Broadcast.UNDER_APPROVAL | {Status.PENDING_APPROVAL}:
            void_approval(stored, by=by, why="Nội dung đã thay đổi, cần trình duyệt lại.")
        record(stored, Kind.EDITED, by=by)
        stored.is_own_version = stored.schedule_id is not None
    stored.save()
    if stored.is_pattern:
        follow_pattern(stored)
    broadcast.refresh_from_db()
    return broadcast


@transaction.atomic
def submit(
    broadcast: Broadcast, *, by: User, reasons: Mapping[str, str] | str | None = None
) -> Broadcast:
    """Submit a draft for approval, unless a finding stops it.

    `reasons` say, by rule or once for all, why something must stand there that asks for a reason.
    Raises NotAllowed (also as GateBlocked, with every hit) and TransitionNotAllowed.
    """
    lock_for(broadcast, by, permission="broadcasts.submit_broadcast")
    _require_own_or_approver(broadcast, by)
    move(broadcast, Status.PENDING_APPROVAL)
    _require_time_left(broadcast, timezone.now())
    if why := lacking(broadcast):
        raise NotAllowed(why)
    hits, answers = approvable.mark_submitted(broadcast, TEXT, reasons, by=by)
    _require_reach(broadcast)
    require_same_file(broadcast)
    broadcast.is_own_version = broadcast.schedule_id is not None
    broadcast.save()
    warnings = [hit.sentence for hit in hits]
    record(broadcast, Kind.SUBMITTED, by=by, text=answered_lines(hits, answers), warnings=warnings)
    occasions.follow(broadcast)
    return broadcast


def _require_reach(broadcast: Broadcast) -> None:
    if not reach(broadcast).total:
        raise NotAllowed("Chưa có nhóm nào đang hoạt động để nhận bài. Hãy chọn lại nơi nhận.")


def _require_time_left(broadcast: Broadcast, now: datetime) -> None:
    if broadcast.expires_at and broadcast.expires_at <= now:
        raise NotAllowed("Đã quá giờ “không gửi sau” của bài. Hãy sửa giờ rồi trình lại.")


@transaction.atomic
def approve(
    broadcast: Broadcast,
    *,
    by: User,
    seen_hash: str | None = None,
    confirmations: Collection[str] = (),
) -> Broadcast:
    """Approve and schedule; valid only for the current content hash.

    `seen_hash` is the content hash of what the approver was shown: a page that has gone stale
    approves nothing. `confirmations` are the keys of the findings that only a second person may
    let pass, as this person has confirmed them.

    Without a time, or with one that has passed, it leaves at once. Raises NotAllowed when the
    approver wrote, submitted or edited it, or when it was changed since it was submitted.
    """
    lock_for(broadcast, by, permission="broadcasts.approve_broadcast")
    move(broadcast, Status.APPROVED)
    approvable.require_second_person(broadcast, TEXT, seen_hash, by=by)
    now = timezone.now()
    _require_time_left(broadcast, now)
    approvable.require_unchanged(broadcast, TEXT)
    require_same_file(broadcast)
    hits, answers = approvable.mark_approved(broadcast, TEXT, confirmations, by=by)
    _require_reach(broadcast)
    require_original_at_rest(broadcast)
    broadcast.approved_parts = text_parts(broadcast.text)
    record(
        broadcast,
        Kind.APPROVED,
        by=by,
        text=_with_mandate(by, answered_lines(hits, {"confirmed": answers.get("confirmed", {})})),
        parts=broadcast.approved_parts,
        gate_answers=answers,
        content_hash=broadcast.content_hash,
        content=broadcast.approved_values(),
    )
    if broadcast.is_pattern:
        broadcast.save()
        occasions.follow(broadcast)
        follow_pattern(broadcast)
        return broadcast
    move(broadcast, Status.SCHEDULED)
    broadcast.save()
    record(broadcast, Kind.SCHEDULED)
    occasions.follow(broadcast)
    if broadcast.corrects:
        record(broadcast.corrects, Kind.CORRECTED, by=by, text=broadcast.title)
    if broadcast.scheduled_for is None or broadcast.scheduled_for <= now:
        enqueue("broadcasts.tasks.tick")
    return broadcast


def _decide(broadcast: Broadcast, status: str, kind: str, *, by: User, reason: str) -> Broadcast:
    lock_for(broadcast, by, permission="broadcasts.approve_broadcast")
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do để người soạn biết cần làm gì.")
    change_status(broadcast, status, kind, by=by, text=_with_mandate(by, reason.strip()))
    return broadcast


@transaction.atomic
def return_for_changes(broadcast: Broadcast, *, by: User, reason: str) -> Broadcast:
    """Return a submitted post to its author, with a reason."""
    return _decide(broadcast, Status.RETURNED, Kind.RETURNED, by=by, reason=reason)


@transaction.atomic
def reject(broadcast: Broadcast, *, by: User, reason: str) -> Broadcast:
    """Reject a submitted post for good, with a reason."""
    return _decide(broadcast, Status.REJECTED, Kind.REJECTED, by=by, reason=reason)


def _may_cancel(broadcast: Broadcast, by: User) -> bool:
    is_own = by.pk == broadcast.created_by_id
    is_own_draft = is_own and broadcast.status not in Broadcast.UNDER_APPROVAL
    return is_own_draft or by.has_perm("broadcasts.stop_broadcast")


@transaction.atomic
def cancel(broadcast: Broadcast, *, by: User, reason: str = "") -> Broadcast:
    """Cancel a post and its unsent deliveries. Authors may cancel their own drafts."""
    lock_for(broadcast, by, permission=_may_cancel)
    move(broadcast, Status.CANCELLED)
    broadcast.save(update_fields=["status"])
    open_ones = broadcast.deliveries.filter(
        status__in=[Delivery.Status.QUEUED, Delivery.Status.TO_POST]
    )
    stopped = open_ones.update_free(status=Delivery.Status.CANCELLED, next_attempt_at=None)
    record(broadcast, Kind.CANCELLED, by=by, text=reason.strip(), not_sent=stopped)
    occasions.follow(broadcast)
    if broadcast.is_pattern:
        follow_pattern(broadcast)
    return broadcast


@transaction.atomic
def pause(broadcast: Broadcast, *, by: User, reason: str = "") -> Broadcast:
    """Pause a post: no new call until it is resumed."""
    lock_for(broadcast, by, permission="broadcasts.stop_broadcast")
    move(broadcast, Status.PAUSED)
    broadcast.held_at = None
    broadcast.save(update_fields=["status", "held_at"])
    record(broadcast, Kind.PAUSED, by=by, text=reason.strip())
    occasions.follow(broadcast)
    return broadcast


@transaction.atomic
def resume(broadcast: Broadcast, *, by: User) -> Broadcast:
    """Resume a paused post where it stopped. Not begun yet, it leaves at its time or at once."""
    lock_for(
        broadcast, by, permission="broadcasts.stop_broadcast", only=Status.PAUSED,
        refusal="Bài không ở trạng thái tạm dừng.",
    )  # fmt: skip
    if broadcast.schedule and broadcast.schedule.is_paused and broadcast.started_at is None:
        raise NotAllowed("Lịch của bài này đang tạm dừng. Hãy cho lịch chạy tiếp trước.")
    move(broadcast, Status.SENDING if broadcast.started_at else Status.SCHEDULED)
    if broadcast.started_at is None:  # the late rule counts from this decision
        now = timezone.now()
        broadcast.held_at = max(broadcast.held_at or now, now)
    broadcast.save(update_fields=["status", "held_at"])
    record(broadcast, Kind.RESUMED, by=by)
    occasions.call_hands(broadcast)
    enqueue("broadcasts.tasks.tick")
    return broadcast
