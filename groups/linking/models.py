"""Links between residents and Zalo accounts, made by an act of the resident alone."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.fields import EncryptedTextField
from accounts.encryption.services import blind_index
from accounts.key_fields import required_key
from accounts.models import User
from accounts.workflow.declaration import Workflow
from groups.places.models import Hamlet
from groups.places.querysets import HamletScopedQuerySet
from groups.residents.models import Member
from zalo.followers.models import index_of
from zalo.models import Follower


class ZaloLinkQuerySet(HamletScopedQuerySet):
    def behind(self, account: Any, user_ids: Iterable[str]) -> Self:
        """Links of the members who are these people of an account."""
        wanted = [index_of(one) for one in user_ids if one]
        rows = self.filter(follower__account=account, follower__user_index__in=wanted)
        return rows.filter(follower__withdrawn_at=None)


def code_index(code: str) -> str:
    """By which a code is found again; the code itself is on the paper alone."""
    return blind_index(code, purpose="groups_linkcode.code")


class ZaloLink(models.Model):
    """A member and the follower they are; the agreement to that is a `ConsentRecord` of its own.

    Beside the member and not in its row, so that nothing that reads members meets it. It says
    nothing of what the person wrote, and no tip refers to it.
    """

    class Method(models.TextChoices):
        CONTACT = "contact", _("Bấm chia sẻ trên Zalo, cán bộ đã gọi hỏi")
        CODE = "code", _("Nhắn mã in trên phiếu")

    member = models.OneToOneField(
        Member, models.CASCADE, verbose_name=_("thành viên"), related_name="zalo_link"
    )
    follower = models.OneToOneField(
        Follower, models.CASCADE, verbose_name=_("người quan tâm OA"), related_name="+"
    )
    way = models.CharField(_("liên kết bằng"), max_length=8, choices=Method)
    linked_at = models.DateTimeField(_("liên kết lúc"))
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người xác nhận"), related_name="+", null=True
    )

    objects = ZaloLinkQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("liên kết Zalo")
        verbose_name_plural = _("liên kết Zalo")
        default_permissions = ()
        permissions = [("end_zalolink", "Bỏ liên kết Zalo của người dân")]
        constraints = [
            models.CheckConstraint(
                condition=Q(way="code", confirmed_by=None)
                | Q(way="contact", confirmed_by__isnull=False),
                name="zalolink_contact_is_confirmed",
                violation_error_message=_("Liên kết từ thông tin chia sẻ phải có cán bộ xác nhận."),
            ),
        ]

    def __str__(self) -> str:
        return f"Liên kết Zalo của thành viên số {self.member_id}"


class LinkCode(models.Model):
    """A code on a paper for one member, good for one message within its time."""

    DAYS: ClassVar[int] = 60

    member = models.OneToOneField(
        Member, models.CASCADE, verbose_name=_("thành viên"), related_name="link_code"
    )
    code_index = models.CharField(max_length=64, unique=True, editable=False)
    printed_by = required_key(User, _("người in"))
    printed_at = models.DateTimeField(_("in lúc"), default=timezone.now)
    expires_at = models.DateTimeField(_("hết hạn lúc"))

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("mã liên kết Zalo")
        verbose_name_plural = _("mã liên kết Zalo")
        default_permissions = ()
        permissions = [("print_linkcode", "In phiếu có mã liên kết Zalo")]

    def __str__(self) -> str:
        return f"Mã liên kết của thành viên số {self.member_id}"


class LinkProposal(models.Model):
    """A person shared name and phone with the account: an officer says who of the list that is.

    Where phone and name fit exactly one member, that member is proposed and neither is kept;
    otherwise both lie sealed until somebody has decided, at most a month.
    """

    DAYS: ClassVar[int] = 30

    workflow: ClassVar[Workflow] = Workflow(
        subject="zalolink",
        denied="Tài khoản này không xác nhận được liên kết Zalo.",
        unseen="Đề nghị này đã được giải quyết hoặc đã hết hạn.",
        related=("follower__account__commune", "member"),
    )

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    follower = models.OneToOneField(
        Follower, models.CASCADE, verbose_name=_("người quan tâm OA"), related_name="+"
    )
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="link_proposals",
        null=True,
    )  # fmt: skip
    member = models.ForeignKey(
        Member, models.CASCADE, verbose_name=_("thành viên"), related_name="link_proposals",
        null=True,
    )  # fmt: skip
    name = EncryptedTextField(_("tên đã chia sẻ"), blank=True, editable=False)
    phone = EncryptedTextField(_("số đã chia sẻ"), blank=True, editable=False)
    shared_at = models.DateTimeField(_("chia sẻ lúc"))

    objects = HamletScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "follower__account__commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("đề nghị liên kết Zalo")
        verbose_name_plural = _("đề nghị liên kết Zalo")
        ordering = ["shared_at", "pk"]
        default_permissions = ("view",)
        permissions = [("settle_linkproposal", "Xác nhận người dân đã chia sẻ thông tin trên Zalo")]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, name="", phone="")
                | (Q(member=None) & (~Q(name="") | ~Q(phone=""))),
                name="linkproposal_member_or_words",
                violation_error_message=_("Đề nghị phải có thành viên, hoặc tên, số đã chia sẻ."),
            ),
        ]

    def __str__(self) -> str:
        return f"Đề nghị liên kết số {self.pk}"


class LinkReply(models.Model):
    """An answer of the account about linking, one of a few fixed texts; sent at most once."""

    class Kind(models.TextChoices):
        ASK = "ask", _("Nút chia sẻ thông tin")
        NOTED = "noted", _("Đã nhận, cán bộ sẽ gọi")
        LINKED = "linked", _("Đã liên kết")
        BAD_CODE = "bad_code", _("Mã không dùng được")
        UNLINKED = "unlinked", _("Đã bỏ liên kết")
        NOT_LINKED = "not_linked", _("Chưa liên kết")
        REFUSED = "refused", _("Không khớp danh sách")

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Không gửi được")
        UNCERTAIN = "uncertain", _("Chưa rõ đã gửi hay chưa")

    follower = required_key(Follower, _("người quan tâm OA"), on_delete=models.CASCADE)
    kind = models.CharField(_("tin"), max_length=12, choices=Kind)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(_("tạo lúc"), default=timezone.now)
    heard_at = models.DateTimeField(_("trả lời việc lúc"), null=True, editable=False)
    next_attempt_at = models.DateTimeField(_("gửi từ"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "follower__account__commune"

    class Meta:
        verbose_name = _("tin trả lời về liên kết")
        verbose_name_plural = _("tin trả lời về liên kết")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            # read by the tick that sends
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="linkreply_to_send",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "kind", "made_at"],
                name="linkreply_once_an_event",
                violation_error_message=_("Tin trả lời này đã có."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.get_state_display()}"
