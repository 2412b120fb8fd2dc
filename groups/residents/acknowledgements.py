"""Noting down which members know which version of the rules."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from groups.consultation.models import Regulation
from groups.residents.models import Member, RegulationAcknowledgement


@transaction.atomic
def acknowledge(
    regulation: Regulation, member_ids: Iterable[int], *, by: User, on: date, method: str
) -> int:
    """Note that these members know this version; returns how many were new. Raises NotAllowed.

    Members out of sight, elsewhere or no longer active are passed over in silence.
    """
    if not by.has_perm("groups.add_regulationacknowledgement"):
        raise NotAllowed("Tài khoản này không được ghi nhận người đã biết quy chế.")
    lock_for(regulation, by, permission=None)
    if not regulation.is_in_force:
        raise NotAllowed("Chỉ ghi nhận với bản quy chế đã thống nhất hoặc đã ban hành.")
    if on > timezone.localdate():
        raise NotAllowed("Ngày ghi nhận không được ở tương lai.")
    asked_from = regulation.meetings.aggregate(first=Min("held_on"))["first"]
    first = min(day for day in (asked_from, regulation.agreed_on) if day)
    if on < first:
        raise NotAllowed(f"Bản này có từ {first:%d/%m/%Y}; ngày ghi nhận không thể sớm hơn.")
    if method not in RegulationAcknowledgement.Method.values:
        raise NotAllowed("Hãy chọn cách ghi nhận.")
    waiting = (
        Member.objects.visible_to(by).bound_by(regulation).not_knowing(regulation)
        .filter(pk__in=list(member_ids)).order_by("pk").values_list("pk", flat=True)
    )  # fmt: skip
    made = RegulationAcknowledgement.objects.bulk_create(
        [
            RegulationAcknowledgement(
                member_id=pk, regulation=regulation, acknowledged_on=on, way=method, recorded_by=by
            )
            for pk in waiting
        ],
        ignore_conflicts=True,
    )
    if made:
        record(regulation, "acknowledged", by=by, rows=len(made))
    return len(made)


@transaction.atomic
def take_back(acknowledgement: RegulationAcknowledgement, *, by: User) -> None:
    """Remove a note made by mistake. Raises NotAllowed."""
    lock_for(acknowledgement, by, permission="groups.delete_regulationacknowledgement")
    member = acknowledgement.member_id
    record(acknowledgement.regulation, "acknowledgement_removed", by=by, member=member)
    acknowledgement.delete()
