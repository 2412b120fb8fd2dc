"""Steps in the life of a post."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.users.fields import user_field
from broadcasts.posts.models import Broadcast


class BroadcastEvent(models.Model):
    """A step in the life of a post; append-only. `snapshot` freezes what was approved or sent."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Soạn bài")
        EDITED = "edited", _("Sửa bài")
        SUBMITTED = "submitted", _("Trình duyệt")
        APPROVED = "approved", _("Duyệt")
        APPROVAL_VOIDED = "approval_voided", _("Hủy duyệt vì bài bị sửa")
        RETURNED = "returned", _("Trả lại để sửa")
        REJECTED = "rejected", _("Không duyệt")
        SCHEDULED = "scheduled", _("Lên lịch")
        STARTED = "started", _("Bắt đầu gửi")
        PAUSED = "paused", _("Tạm dừng")
        RESUMED = "resumed", _("Gửi tiếp")
        CANCELLED = "cancelled", _("Hủy")
        RESENT = "resent", _("Gửi lại nhóm bị lỗi")
        SETTLED = "settled", _("Xác minh lượt chưa rõ")
        EXPIRED = "expired", _("Quá giờ, không gửi")
        COMPLETED = "completed", _("Xong")
        HAMLETS_CHANGED = "hamlets_changed", _("Ấp nhận bài đã đổi")
        HANDED_OVER = "handed_over", _("Bàn giao bài")
        SPAWNED = "spawned", _("Máy lập từ lịch đăng")
        CARRIED = "carried", _("Dùng bản duyệt của lịch")
        HELD = "held", _("Giữ lại vì lỡ giờ")
        SKIPPED = "skipped", _("Bỏ lần này")
        RESTORED = "restored", _("Đăng lại lần đã bỏ")
        SENT_TO_NEW = "sent_to_new", _("Gửi thêm nhóm mới")
        CORRECTED = "corrected", _("Đã có bài đính chính")

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="events")
    kind = models.CharField(_("việc"), max_length=16, choices=Kind)
    at = models.DateTimeField(_("lúc"), auto_now_add=True)
    by = user_field(_("người thực hiện"))
    note = models.TextField(_("ghi chú"), blank=True)
    snapshot = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("bước xử lý")
        verbose_name_plural = _("quá trình xử lý")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
