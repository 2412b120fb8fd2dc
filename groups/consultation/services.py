"""A regulation on its way: drafted, put to the people, agreed, issued; never back."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Commune, User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, move, record, require_transition
from groups.consultation import thresholds
from groups.consultation.models import ConsultationMeeting, Regulation
from groups.consultation.regulation_text import DEFAULT_TEXT, tidy
from groups.places.models import Hamlet

Status = Regulation.Status


def may_write(regulation: Regulation) -> bool:
    """Whether the text may still change: not once hamlets or teams were asked about it.

    What the bodies of the commune said before that may still go into it.
    """
    if not regulation.is_open:
        return False
    asked = regulation.meetings.filter(represented__gt=0)
    if regulation.hamlet_id is not None:
        asked = asked.filter(hamlet__isnull=False)
    return not asked.exists()


def place_of(row: Regulation | ConsultationMeeting) -> Any:
    """The hamlet or commune of a regulation or meeting, as a queryset."""
    if row.hamlet_id is None:
        return Commune.objects.filter(pk=row.commune_id or 0)
    return Hamlet.objects.filter(pk=row.hamlet_id)


def _check(regulation: Regulation, by: User, permission: str) -> None:
    """An account with this right, over this place. Raises NotAllowed."""
    if not by.has_perm(f"groups.{permission}"):
        raise NotAllowed("Tài khoản này không có quyền làm việc này với quy chế.")
    is_of_all = regulation.hamlet_id is None
    if is_of_all and not by.has_perm("groups.view_all_hamlets"):
        raise NotAllowed("Quy chế của nhóm toàn xã do chỉ huy Công an xã soạn.")
    if not place_of(regulation).visible_to(by).exists():
        raise NotAllowed("Quy chế này ngoài địa bàn của tài khoản.")


def _lock_for(regulation: Regulation, by: User, permission: str) -> None:
    lock_for(regulation, by, permission=f"groups.{permission}")
    _check(regulation, by, permission)


def _record(action: str, regulation: Regulation, by: User, **details: Any) -> None:
    record(regulation, action, by=by, version=regulation.version, **details)


@transaction.atomic
def draft(regulation: Regulation, *, by: User) -> Regulation:
    """Store a new draft for its place under the next version; a blank text starts from ours.

    Raises NotAllowed, also while the place has another open version.
    """
    _check(regulation, by, "add_regulation")
    place_of(regulation).select_for_update(of=("self",)).get()
    versions = Regulation.objects.of_place(regulation)
    if (open_one := versions.filter(status=Status.DRAFT).first()) is not None:
        raise NotAllowed(f"{open_one} còn là dự thảo. Hãy sửa bản đó.")
    regulation.version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    regulation.status = Status.DRAFT
    regulation.agreed_on = regulation.issued_on = None
    regulation.text = tidy(regulation.text) or DEFAULT_TEXT
    regulation.save(force_insert=True)
    _record("drafted", regulation, by)
    return regulation


@transaction.atomic
def draft_everywhere(*, by: User) -> int:
    """A draft with our text for every hamlet in sight that has no regulation at all."""
    if not by.has_perm("groups.add_regulation"):
        raise NotAllowed("Tài khoản này không được soạn quy chế.")
    bare = Hamlet.objects.visible_to(by).valid_on(timezone.localdate()).filter(regulations=None)
    hamlets = list(bare.order_by("pk"))
    for hamlet in hamlets:
        draft(Regulation(hamlet=hamlet), by=by)
    return len(hamlets)


@transaction.atomic
def edit(regulation: Regulation, text: str, *, by: User) -> Regulation:
    """Change the text of an open version. Raises NotAllowed once people were asked about it."""
    _lock_for(regulation, by, "change_regulation")
    if not may_write(regulation):
        raise NotAllowed(
            "Bà con đã được hỏi ý kiến về bản này nên không sửa được nữa. Hãy lập bản mới."
        )
    regulation.text = tidy(text)
    if not regulation.text:
        raise NotAllowed("Quy chế chưa có nội dung.")
    regulation.save(update_fields=["text"])
    _record("edited", regulation, by)
    return regulation


@transaction.atomic
def consult(regulation: Regulation, *, by: User) -> Regulation:
    """Put a draft to the people; an older version still being asked about gives way to it."""
    _lock_for(regulation, by, "change_regulation")
    require_transition(regulation, Status.CONSULTING)
    if not regulation.text.strip():
        raise NotAllowed("Quy chế chưa có nội dung.")
    older = Regulation.objects.of_place(regulation).filter(status=Status.CONSULTING)
    for former in older.select_for_update(of=("self",)):
        _supersede(former, by)
    regulation.status = Status.CONSULTING
    regulation.save(update_fields=["status"])
    _record("consulting", regulation, by)
    return regulation


def _supersede(regulation: Regulation, by: User) -> None:
    move(regulation, Status.SUPERSEDED)
    regulation.save(update_fields=["status"])
    _record("superseded", regulation, by)


@transaction.atomic
def agree(regulation: Regulation, *, by: User) -> Regulation:
    """The people have agreed: its meetings say so, the one of the commune before the hamlet's.

    Raises NotAllowed with what is missing.
    """
    _lock_for(regulation, by, "settle_regulation")
    require_transition(regulation, Status.AGREED)
    result = thresholds.outcome(regulation)
    if result.needs:
        raise NotAllowed(" ".join(result.needs))
    regulation.agreed_on = result.decided_on or timezone.localdate()
    if regulation.agreed_on > timezone.localdate():
        raise NotAllowed("Ngày họp chưa tới, chưa thể ghi là đã thống nhất.")
    regulation.status = Status.AGREED
    regulation.save(update_fields=["status", "agreed_on"])
    tally = result.tally
    _record(
        "agreed", regulation, by,
        agree=tally.agree if tally else 0, total=tally.total if tally else 0,
    )  # fmt: skip
    return regulation


@transaction.atomic
def issue(
    regulation: Regulation, *, by: User, document_number: str = "", on: date | None = None
) -> Regulation:
    """Put an agreed version into force; the former one is superseded. Raises NotAllowed."""
    _lock_for(regulation, by, "settle_regulation")
    require_transition(regulation, Status.ISSUED)
    regulation.issued_on = on or timezone.localdate()
    if regulation.issued_on > timezone.localdate():
        raise NotAllowed("Ngày ban hành không được ở tương lai.")
    if regulation.agreed_on and regulation.issued_on < regulation.agreed_on:
        raise NotAllowed("Ngày ban hành không được trước ngày thống nhất.")
    former = Regulation.objects.of_place(regulation).filter(
        status__in=Regulation.IN_FORCE, version__lt=regulation.version
    )
    for older in former.select_for_update(of=("self",)):
        _supersede(older, by)
    if Regulation.objects.of_place(regulation).filter(status=Status.ISSUED).exists():
        raise NotAllowed("Đã có bản mới hơn được ban hành.")
    regulation.document_number = document_number.strip()[:60]
    regulation.status = Status.ISSUED
    regulation.save(update_fields=["status", "issued_on", "document_number"])
    _record("issued", regulation, by)
    return regulation


@transaction.atomic
def new_version(regulation: Regulation, *, by: User) -> Regulation:
    """A draft that begins with the text of this version. Raises NotAllowed."""
    _lock_for(regulation, by, "add_regulation")
    return draft(
        Regulation(hamlet=regulation.hamlet, commune=regulation.commune, text=regulation.text),
        by=by,
    )
