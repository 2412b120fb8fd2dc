"""How long rows about people are kept."""

from datetime import timedelta

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.retention import RetentionRule, register
from groups.duplicates.models import MemberMerge
from groups.linking.models import LinkCode, LinkProposal, LinkReply
from groups.linking.replies import KEEP_DAYS
from groups.member_import import committing, erased_people, national_ids
from groups.member_import.models import ErasureMark, NationalId
from groups.oa_groups.models import GroupReconciliation, ReconciliationLine
from groups.personal_data import erasure
from groups.personal_data.models import DataRequest
from groups.residents import purge_period
from groups.residents.models import Member

REQUEST_DAYS = 730
ERASED_REQUEST_DAYS = 30
COMPARISON_DAYS = 180


def closed_requests() -> QuerySet[DataRequest]:
    """Answered requests whose name and contact are no longer needed.

    They prove that the answer was given; where the person was erased, only until the answer has
    reached them.
    """
    now = timezone.now()
    is_erased = Q(kind=DataRequest.Kind.DELETE, status=DataRequest.Status.DONE) | Q(
        member__status=Member.Status.ANONYMISED
    )
    return DataRequest.objects.exclude(person_name=erasure.BLANK_NAME).filter(
        Q(closed_at__lt=now - timedelta(days=REQUEST_DAYS))
        | (is_erased & Q(closed_at__lt=now - timedelta(days=ERASED_REQUEST_DAYS)))
    )


def blank_requests(rows: QuerySet[DataRequest]) -> int:
    """Kind, dates and outcome stay for the figures; who asked and all that was written goes."""
    return DataRequest.objects.filter(pk__in=rows.order_by().values("pk")).update(
        person_name=erasure.BLANK_NAME,
        contact="",
        detail="",
        result="",
        extension_reason=_blanked("extension_reason"),
        refusal_reason=_blanked("refusal_reason"),
        member=None,
    )


def _blanked(name: str) -> Case:
    """That there were words is still told, what they were is not."""
    return Case(When(**{name: ""}, then=Value("")), default=Value(erasure.BLANK_NAME))


def unwanted_national_ids() -> QuerySet[NationalId]:
    """All of them, once the portal is told not to keep them any more."""
    return NationalId.objects.none() if national_ids.are_kept() else NationalId.objects.all()


def old_comparisons() -> QuerySet[GroupReconciliation]:
    """Comparisons whose differences nobody needs any more.

    One with a group that was ignored stays: without it the group would be asked about again. One
    that still waits for a decision stays too.
    """
    undecided = ReconciliationLine.objects.filter(
        outcome__in=[ReconciliationLine.Outcome.IGNORED, ReconciliationLine.Outcome.OPEN]
    )
    rows: QuerySet[GroupReconciliation] = (
        GroupReconciliation.objects.exclude(state__in=GroupReconciliation.OPEN)
        .filter(day__lt=timezone.localdate() - timedelta(days=COMPARISON_DAYS))
        .exclude(pk__in=undecided.values("reconciliation"))
    )
    return rows


def register_rules() -> None:
    """Called once, when the app is ready."""
    rules = (
        RetentionRule(
            label="groups.LinkProposal",
            days=LinkProposal.DAYS,
            sentence="Tên, số đã chia sẻ trên Zalo mà chưa ai xác nhận: xóa.",
            expired=lambda: LinkProposal.objects.filter(
                shared_at__lt=timezone.now() - timedelta(days=LinkProposal.DAYS)
            ),
        ),
        RetentionRule(
            label="groups.LinkCode",
            days=LinkCode.DAYS,
            sentence="Mã trên phiếu liên kết Zalo đã hết hạn: xóa.",
            expired=lambda: LinkCode.objects.filter(expires_at__lt=timezone.now()),
        ),
        RetentionRule(
            label="groups.LinkReply",
            days=KEEP_DAYS,
            sentence="Tin trả lời về liên kết: chỉ cần đến khi không gửi được nữa.",
            expired=lambda: LinkReply.objects.filter(
                made_at__lt=timezone.now() - timedelta(days=KEEP_DAYS)
            ),
        ),
        RetentionRule(
            label=purge_period.LABEL,
            days=purge_period.purge_days,
            sentence="Người đã chuyển đi hoặc rút đồng ý: xóa thông tin, giữ số liệu.",
            expired=erasure.expired,
            act=erasure.purge,
            prepare=erasure.start_clocks,
        ),
        RetentionRule(
            label="groups.ErasureMark",
            days=ErasureMark.DAYS,
            sentence="Dấu của người đã xóa, để danh sách không đưa họ trở lại: xóa khi hết hạn.",
            expired=erased_people.expired,
        ),
        RetentionRule(
            label="groups.NationalId",
            days=0,
            sentence="Số căn cước còn lại sau khi cổng được đặt không lưu nữa: xóa.",
            expired=unwanted_national_ids,
        ),
        RetentionRule(
            label="groups.MemberMerge",
            days=MemberMerge.UNDO_DAYS,
            sentence="Dòng đã gộp vào người khác: tách lại được trong thời gian này, rồi xóa.",
            expired=erasure.expired_merges,
            act=erasure.purge_absorbed,
        ),
        RetentionRule(
            label="groups.DataRequest",
            days=REQUEST_DAYS,
            sentence="Yêu cầu đã trả lời: xóa tên và cách liên hệ (yêu cầu xóa: sau 30 ngày).",
            expired=closed_requests,
            act=blank_requests,
        ),
        RetentionRule(
            label="groups.GroupReconciliation",
            days=COMPARISON_DAYS,
            sentence="Các lần đối chiếu nhóm với Zalo: giữ 180 ngày, trừ điểm còn phải quyết định.",
            expired=old_comparisons,
        ),
        RetentionRule(
            label="groups.MemberImportFile",
            days=committing.UNDO_DAYS,
            sentence="Tệp danh sách thành viên đã tải lên: giữ trong thời gian còn hoàn tác được.",
            expired=committing.expired_files,
        ),
        RetentionRule(
            label="groups.MemberImportRow",
            days=committing.UNDO_DAYS,
            sentence="Các dòng của danh sách đã tải lên: giữ trong thời gian còn hoàn tác được.",
            expired=committing.expired_rows,
        ),
    )
    for rule in rules:
        register(rule)
