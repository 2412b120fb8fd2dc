"""How long what serves to link is kept."""

from datetime import timedelta

from django.utils import timezone

from accounts.retention import RetentionRule, register
from groups.linking.models import LinkCode, LinkProposal, LinkReply
from groups.linking.replies import KEEP_DAYS


def register_rules() -> None:
    """Called once, when the app is ready."""
    register(
        RetentionRule(
            label="groups.LinkProposal",
            days=LinkProposal.DAYS,
            sentence="Tên, số đã chia sẻ trên Zalo mà chưa ai xác nhận: xóa.",
            expired=lambda: LinkProposal.objects.filter(
                shared_at__lt=timezone.now() - timedelta(days=LinkProposal.DAYS)
            ),
        )
    )
    register(
        RetentionRule(
            label="groups.LinkCode",
            days=LinkCode.DAYS,
            sentence="Mã trên phiếu liên kết Zalo đã hết hạn: xóa.",
            expired=lambda: LinkCode.objects.filter(expires_at__lt=timezone.now()),
        )
    )
    register(
        RetentionRule(
            label="groups.LinkReply",
            days=KEEP_DAYS,
            sentence="Tin trả lời về liên kết: chỉ cần đến khi không gửi được nữa.",
            expired=lambda: LinkReply.objects.filter(
                made_at__lt=timezone.now() - timedelta(days=KEEP_DAYS)
            ),
        )
    )
