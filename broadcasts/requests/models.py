"""Requests for posts and their queries: issuer, document, deadline, progress."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import Commune, User
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from broadcasts.posts.models import Topic
from broadcasts.posts.querysets import folded
from vietnamese.text import fold

SOON_DAYS = 3
ENDED_POSTS = ("rejected", "cancelled")


class PostRequestQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Answering accounts see all of their commune, the others their own requests."""
        rows = super().visible_to(user)
        if not user.has_perm("broadcasts.view_postrequest"):
            return rows.none()
        if user.has_perm("broadcasts.answer_postrequest"):
            return rows
        return rows.filter(created_by=user.pk)

    def with_state(self) -> Self:
        """Annotate `state`, from how it was closed, its posts, and who works on it."""
        posts: Any = self.model._meta.get_field("posts").related_model
        own = posts._default_manager.filter(request=OuterRef("pk"))
        state = self.model.State
        return self.annotate(
            state=Case(
                When(~Q(closed_as=""), then=F("closed_as")),
                When(Exists(own.filter(status__in=posts.UNDER_APPROVAL)), then=Value(state.POSTED)),
                When(
                    Q(taken_at__isnull=False) | Exists(own.exclude(status__in=ENDED_POSTS)),
                    then=Value(state.WRITING),
                ),
                default=Value(state.RECEIVED),
                output_field=CharField(),
            )
        )

    def search(self, text: str) -> Self:
        """By what is to be said or by the number of the document, with or without marks."""
        asked = fold(text)
        rows = self.alias(title_folded=folded("title"), number_folded=folded("document_number"))
        return rows.filter(Q(title_folded__contains=asked) | Q(number_folded__contains=asked))

    def open(self) -> Self:
        return self.filter(closed_as="")

    def unanswered(self) -> Self:
        """Open, and nothing has been approved for it yet."""
        return self.open().with_state().exclude(state=self.model.State.POSTED)

    def overdue(self, today: date) -> Self:
        """Unanswered, and past the day."""
        return self.unanswered().filter(due_on__lt=today)

    def due_soon(self, today: date) -> Self:
        """Unanswered, and due within three days."""
        return self.unanswered().filter(
            due_on__range=(today, today + timedelta(days=SOON_DAYS))
        )  # fmt: skip

    def by_need(self) -> Self:
        """Order by due day; without one last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "created_at", "pk")


DIRECTED = "chi-dao"


class PostRequest(models.Model):
    """A request to post something: of the Party Committee, its office, the province or the Front.

    It is answered by one or more posts (`Broadcast.request`). How far it has come is read from
    them (`with_state`); only taking it up and closing it are written down here.
    """

    class Source(models.TextChoices):
        PARTY_COMMITTEE = "party", _("Đảng ủy")
        PARTY_OFFICE = "party_office", _("Văn phòng Đảng ủy")
        PROVINCE_POLICE = "province", _("Công an tỉnh, thành phố")
        PEOPLES_COMMITTEE = "ubnd", _("Ủy ban nhân dân")
        FRONT = "front", _("Mặt trận Tổ quốc")
        UNION = "union", _("Đoàn thể")
        OTHER = "other", _("Cơ quan khác")

    class State(models.TextChoices):
        RECEIVED = "received", _("Mới nhận")
        WRITING = "writing", _("Đang soạn bài")
        POSTED = "posted", _("Đã có bài")
        DONE = "done", _("Đã xong")
        DECLINED = "declined", _("Không đăng")
        WITHDRAWN = "withdrawn", _("Người gửi đã rút")

    class Closing(models.TextChoices):
        DONE = "done", _("Đã xong")
        DECLINED = "declined", _("Không đăng")
        WITHDRAWN = "withdrawn", _("Người gửi đã rút")

    workflow: ClassVar[Workflow] = Workflow(
        subject="postrequest",
        denied="Tài khoản này không có quyền làm việc đó với yêu cầu này.",
        state_field="closed_as",
        wrong_state="Yêu cầu đã khép lại: {state_lower}.",
    )

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    source = models.CharField(_("nơi chỉ đạo"), max_length=12, choices=Source)
    source_name = models.CharField(
        _("tên cơ quan, người ký"), max_length=150, blank=True,
        help_text=_("Ví dụ: Hội Liên hiệp Phụ nữ xã; Phó Bí thư Thường trực."),
    )  # fmt: skip
    document_number = models.CharField(
        _("số văn bản"), max_length=60, blank=True, help_text=_("Ví dụ: 25-CV/ĐU.")
    )
    document_date = models.DateField(_("ngày văn bản"), null=True, blank=True)
    title = models.CharField(_("việc cần đăng"), max_length=150)
    message = models.TextField(
        _("cần nói gì"), help_text=_("Ý chính là đủ. Công an xã viết thành bài cho bà con.")
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name=_("chủ đề"), related_name="requests"
    )
    audience = models.CharField(
        _("gửi tới"), max_length=200, blank=True,
        help_text=_("Để trống là cả xã. Ví dụ: các ấp ven suối; chủ nhà trọ."),
    )  # fmt: skip
    due_on = models.DateField(_("đăng trước ngày"), null=True, blank=True)
    attachment = models.FileField(
        _("văn bản kèm theo"), upload_to="requests/%Y/%m/", blank=True,
        help_text=_("Word, PDF hoặc ảnh chụp. Không gửi văn bản có dấu mật."),
    )  # fmt: skip
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người gửi yêu cầu"), related_name="+"
    )
    created_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)
    taken_by = user_field(_("người nhận làm"))
    taken_at = models.DateTimeField(_("nhận làm lúc"), null=True, blank=True)
    closed_as = models.CharField(_("kết quả"), max_length=10, blank=True, choices=Closing)
    closed_by = user_field(_("người khép lại"))
    closed_at = models.DateTimeField(_("khép lại lúc"), null=True, blank=True)
    close_note = models.TextField(_("lý do, ghi chú"), blank=True)

    objects = PostRequestQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("yêu cầu đăng bài")
        verbose_name_plural = _("yêu cầu đăng bài")
        ordering = ["-created_at", "-pk"]
        permissions = [("answer_postrequest", "Nhận làm, trả lời yêu cầu đăng bài")]
        indexes = [
            # read by the work lists: open ones by their day
            models.Index(
                fields=["commune", "due_on"], condition=Q(closed_as=""), name="postrequest_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="postrequest_taken_is_complete",
                violation_error_message=_("Hãy ghi ai nhận làm và nhận lúc nào."),
            ),
            models.CheckConstraint(
                condition=Q(closed_as="", closed_by=None, closed_at=None)
                | ~Q(closed_as="") & Q(closed_by__isnull=False, closed_at__isnull=False),
                name="postrequest_closing_is_complete",
                violation_error_message=_("Hãy ghi ai khép lại yêu cầu và lúc nào."),
            ),
            models.CheckConstraint(
                condition=~Q(closed_as="declined") | ~Q(close_note=""),
                name="postrequest_declined_has_reason",
                violation_error_message=_("Hãy ghi lý do không đăng."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def document(self) -> str:
        """`25-CV/ĐU ngày 20/11/2026`, as far as it is known."""
        day = f"ngày {self.document_date:%d/%m/%Y}" if self.document_date else ""
        return " ".join(filter(None, [self.document_number, day]))
