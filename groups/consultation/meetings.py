"""Writing down how people were asked, and what they said."""

from django.db import transaction
from django.db.models import Min, Sum

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow import services as workflow
from documents import uploads
from groups.consultation.models import ConsultationMeeting, Regulation
from groups.consultation.services import place_of

ONLY_WHOLE_HAMLETS = "Chỉ cuộc họp của cả ấp mới họp theo cụm."
CHANGES = "groups.change_consultationmeeting"
COUNTS = ("represented", "agree", "disagree", "other")


def may_change(meeting: ConsultationMeeting) -> bool:
    """A meeting that a decision rests on no longer changes."""
    return meeting.regulation is None or meeting.regulation.is_open


def may_remove(meeting: ConsultationMeeting) -> bool:
    return may_change(meeting) and not carries_decisions(meeting)


def carries_decisions(meeting: ConsultationMeeting) -> bool:
    """Whether regulations were agreed because this meeting had asked the bodies of the commune."""
    if not meeting.is_of_commune or not meeting.represented:
        return False
    agreed = Regulation.objects.of_commune(meeting.commune_id)
    first = agreed.filter(agreed_on__gte=meeting.held_on).aggregate(day=Min("agreed_on"))["day"]
    others = ConsultationMeeting.objects.of_bodies(meeting.commune_id).exclude(pk=meeting.pk)
    return first is not None and not others.filter(held_on__lte=first).exists()


def _check(meeting: ConsultationMeeting, by: User) -> None:
    verb = "change" if meeting.pk else "add"
    if not by.has_perm(f"groups.{verb}_consultationmeeting"):
        raise NotAllowed("Tài khoản này không được ghi cuộc họp lấy ý kiến.")
    if meeting.is_of_commune and not by.has_perm("groups.view_all_hamlets"):
        raise NotAllowed("Cuộc họp cấp xã do Công an xã ghi.")
    if not place_of(meeting).visible_to(by).exists():
        raise NotAllowed("Cuộc họp này ngoài địa bàn của tài khoản.")


def _check_regulation(asked_about: Regulation | None, by: User) -> None:
    """The rules are locked, so that nobody calls them agreed meanwhile. Raises NotAllowed."""
    if asked_about is None:
        return
    regulation = workflow.lock_for(Regulation(pk=asked_about.pk), by, permission=None)
    if regulation.status == Regulation.Status.DRAFT:
        raise NotAllowed("Quy chế còn là dự thảo. Hãy chuyển sang lấy ý kiến trước khi ghi họp.")
    if not regulation.is_open:
        raise NotAllowed("Quy chế này đã thống nhất hoặc đã thay thế, không ghi thêm họp được.")


@transaction.atomic
def record(meeting: ConsultationMeeting, *, by: User) -> ConsultationMeeting:
    """Store a meeting, new or corrected; a paper that was exchanged is removed. Raises NotAllowed.

    Not once the regulation that was asked about is agreed.
    """
    _check(meeting, by)
    stored = None
    if meeting.pk:
        stored = workflow.stored_for(meeting, by, permission=CHANGES)
        _check(stored, by)
        _check_regulation(stored.regulation, by)
    _check_regulation(meeting.regulation, by)
    if stored is not None and carries_decisions(stored):
        _check_it_still_carries(stored, meeting)
    if stored is None:
        meeting.recorded_by = by
    meeting.save()
    if stored is not None and stored.minutes_file != meeting.minutes_file:
        uploads.forget(stored.minutes_file)
    verb = "changed" if stored else "recorded"
    workflow.record(meeting, verb, by=by, agree=meeting.agree, total=meeting.households)
    return meeting


def _check_it_still_carries(stored: ConsultationMeeting, meeting: ConsultationMeeting) -> None:
    moved = meeting.held_on > stored.held_on or meeting.commune_id != stored.commune_id
    if moved or not meeting.represented:
        raise NotAllowed(
            "Các ấp đã thống nhất quy chế dựa vào cuộc họp này: không dời ngày họp về sau, không "
            "bỏ số đơn vị dự họp."
        )


@transaction.atomic
def count_clusters(meeting: ConsultationMeeting) -> ConsultationMeeting:
    """The counts of a meeting held by clusters are the sums of its clusters."""
    sums = meeting.clusters.aggregate(**{name: Sum(name) for name in COUNTS})
    if sums["represented"] is None:
        return meeting
    if meeting.is_of_commune or meeting.team_id is not None:
        raise NotAllowed(ONLY_WHOLE_HAMLETS)
    if sums["represented"] > meeting.households:
        raise NotAllowed("Số hộ có mặt của các cụm nhiều hơn tổng số hộ.")
    for name in COUNTS:
        setattr(meeting, name, sums[name])
    meeting.save(update_fields=COUNTS)
    return meeting


@transaction.atomic
def remove(meeting: ConsultationMeeting, *, by: User) -> None:
    """Take away a meeting that was entered by mistake, with its paper. Raises NotAllowed."""
    workflow.lock_for(
        meeting, by, permission="groups.delete_consultationmeeting",
        denied="Tài khoản này không được xóa cuộc họp.",
    )  # fmt: skip
    _check(meeting, by)
    if meeting.regulation is not None:
        workflow.lock(meeting.regulation)  # into the instance that is asked below
    if not may_remove(meeting):
        raise NotAllowed("Quy chế đã thống nhất dựa vào cuộc họp này, không xóa được.")
    workflow.record(meeting, "removed", by=by)
    uploads.forget(meeting.minutes_file)
    meeting.delete()
