"""Sealed data of tips: words, reporter, files, openings of the vault, days of relaying."""

import secrets
from hashlib import sha256
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import PaddedTextField
from accounts.encryption.services import blind_index
from accounts.models import User
from accounts.vault.fields import VaultBinaryField, VaultPaddedField, VaultTextField
from accounts.vault.indexes import VaultIndexField, vault_index
from accounts.vault.rows import SealedRow
from reports.tips.models import TipPart, TipReport
from reports.tips.querysets import (
    IdentityOpeningQuerySet,
    NobodysQuerySet,
    TipAttachmentQuerySet,
)
from zalo.inbox.file_types import RISKY
from zalo.models import InboundFile


def nobodys_index() -> str:
    """Return a random value that looks like the index of a person."""
    return secrets.token_hex(32)


OF_PERSON, OF_TELLING = "reporter.zalo_user_id", "reporter.told_with"
OF_FILE = "tip_attachment.content"


def index_of_reporter(zalo_user_id: str) -> str:
    """Return the keyed hash by which the next message of a person finds their tip. In the vault."""
    return vault_index(zalo_user_id, purpose=OF_PERSON)


def index_of_telling(tip: TipReport) -> str:
    """Return the keyed hash by which a receipt finds tips split from its own; no row shows both.
    In the vault."""
    return vault_index(str(tip.uuid), purpose=OF_TELLING)


def index_of_file(content: bytes) -> str:
    """Return the keyed hash by which the same content is found again. In the vault."""
    return vault_index(sha256(content).hexdigest(), purpose=OF_FILE)


def indexes_of_reporter(zalo_user_id: str) -> list[str]:
    """The hash of a person, and that of before the vault, for rows not hashed anew yet."""
    return [
        index_of_reporter(zalo_user_id),
        blind_index(zalo_user_id, purpose="reporter.zalo_user_id"),
    ]


def indexes_of_telling(tip: TipReport) -> list[str]:
    """The hash of a telling, and that of before the vault, for rows not hashed anew yet."""
    return [index_of_telling(tip), blind_index(str(tip.uuid), purpose="reporter.told_with")]


class SealedText(TipPart):
    """Words of the reporter, as spoken or written. Every look is audited.

    `source` is a keyed hash of what brought them (a message of Zalo), so that it comes in once.
    """

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("Lời gốc")
        ADDED = "added", _("Nói thêm")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="sealed_texts"
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind, default=Kind.ORIGINAL)
    text = VaultTextField(_("lời gốc"), purpose="words", editable=False)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    source = models.CharField(max_length=64, blank=True, editable=False)

    vault_binds: ClassVar[tuple[str, ...]] = ("tip_id",)

    class Meta:
        verbose_name = _("lời gốc niêm phong")
        verbose_name_plural = _("lời gốc niêm phong")
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=~Q(source=""),
                name="sealedtext_once",
                violation_error_message=_("Lời này đã nhận."),
            ),
        ]

    def __str__(self) -> str:
        return f"Lời gốc của {self.tip}"


class Reporter(SealedRow):
    """The reporter. One for every tip, empty or not, and no row shows which.

    All values are padded to one length, bound to the tip and sealed to the vault, which reads them
    through an open IdentityOpening alone; `zalo_index` of who has no Zalo is random. `how_known`
    says how the reporter knows, `why_unnamed` why no name was given (TT28 Đ5).
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tip = models.OneToOneField(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="reporter"
    )
    name = VaultPaddedField(_("họ tên"), purpose="identity", blank=True)
    phone = VaultPaddedField(_("điện thoại"), purpose="identity", blank=True)
    address = VaultPaddedField(_("nơi ở"), purpose="identity", blank=True)
    zalo_user_id = VaultPaddedField(_("mã Zalo"), purpose="identity", blank=True)
    how_known = VaultPaddedField(_("vì sao biết"), purpose="identity", blank=True)
    why_unnamed = VaultPaddedField(_("lý do không nêu tên"), purpose="identity", blank=True)
    zalo_index = VaultIndexField(max_length=64, default=nobodys_index, editable=False)
    # Of a tip split from another one: `index_of_telling` of that.
    told_with = VaultIndexField(max_length=64, default=nobodys_index, editable=False)

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "tip__commune"
    vault_binds: ClassVar[tuple[str, ...]] = ("tip_id",)
    vault_counted: ClassVar[str] = "tip_id"

    class Meta:
        verbose_name = _("người báo tin (niêm phong)")
        verbose_name_plural = _("người báo tin (niêm phong)")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            # read when the next message of a person comes
            models.Index(fields=["zalo_index"], name="reporter_zalo"),
            # read when a receipt is looked up
            models.Index(fields=["told_with"], name="reporter_told_with"),
        ]

    def __str__(self) -> str:
        return "Người báo tin (niêm phong)"


class IdentityOpening(TipPart):
    """Permission for one account to see the reporter of one tip, for 24 hours, given by another.

    asked → approved or refused; `opened_at` is the first look, which the reporter can see. The row
    alone opens nothing: the vault demands the proofs of both (`OpeningProof`). To call somebody
    back the number alone is seen, once.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Chờ duyệt")
        APPROVED = "approved", _("Đã duyệt")
        REFUSED = "refused", _("Không duyệt")
        ENDED = "ended", _("Đã kết thúc")

    class Aim(models.TextChoices):
        IDENTITY = "identity", _("Danh tính")
        CALL = "call", _("Chỉ số điện thoại, để gọi lại")

    HOURS: ClassVar[int] = 24

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="openings"
    )
    asked_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người được xem"), related_name="identity_openings"
    )
    asked_at = models.DateTimeField(_("đề nghị lúc"), default=timezone.now)
    reason = VaultTextField(_("lý do"), purpose="words")
    aim = models.CharField(_("xem gì"), max_length=10, choices=Aim, default=Aim.IDENTITY)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.ASKED)
    approved_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người quyết định"), related_name="+", null=True
    )
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True)
    refusal = VaultTextField(_("lý do không duyệt"), purpose="words", blank=True)
    until = models.DateTimeField(_("được xem đến"), null=True)
    opened_at = models.DateTimeField(_("mở xem lần đầu lúc"), null=True)

    objects = IdentityOpeningQuerySet.as_manager()  # type: ignore[misc]
    vault_binds: ClassVar[tuple[str, ...]] = ("tip_id",)

    class Meta:
        verbose_name = _("lần mở danh tính")
        verbose_name_plural = _("lần mở danh tính")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["tip", "asked_by"],
                condition=Q(state="asked"),
                name="identityopening_asked_once",
                violation_error_message=_("Đã đề nghị, đang chờ duyệt."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")),
                name="identityopening_second_person",
                violation_error_message=_("Người đề nghị không tự duyệt được."),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_by__isnull=False, decided_at__isnull=False, until__isnull=False),
                name="identityopening_approved_has_end",
                violation_error_message=_("Lần mở đã duyệt phải có người duyệt và giờ hết hạn."),
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(until__isnull=False),
                name="identityopening_seen_only_if_approved",
                violation_error_message=_("Chưa duyệt thì chưa được xem."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tip}: {self.get_state_display()}"


class TipAttachment(TipPart):
    """A file of a tip, sealed to the vault, made anew where it is a picture; its own name is never
    kept.

    `fingerprint` is the vault's hash of the content, by which the same picture is found again; it
    is blank until the vault has made it (reports.vault.files). A file of a chat waits until Zalo's
    was fetched (`inbound`).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang tải về")
        READY = "ready", _("Xem được")
        REFUSED = "refused", _("Không nhận")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="attachments"
    )
    message = models.ForeignKey(
        "reports.TipMessage", models.CASCADE, verbose_name=_("lời nhắn"),
        related_name="attachments", null=True, blank=True,
    )  # fmt: skip
    inbound = models.OneToOneField(
        InboundFile, models.SET_NULL, related_name="tip_attachment", null=True, editable=False
    )
    state = models.CharField(_("tình trạng"), max_length=8, choices=State, default=State.READY)
    content = VaultBinaryField(purpose="files", null=True, editable=False)
    content_type = models.CharField(_("kiểu"), max_length=80, blank=True, editable=False)
    size = models.PositiveIntegerField(_("cỡ"), default=0, editable=False)
    fingerprint = VaultIndexField(max_length=64, blank=True, editable=False)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    objects = TipAttachmentQuerySet.as_manager()  # type: ignore[misc]
    vault_binds: ClassVar[tuple[str, ...]] = ("tip_id",)
    vault_bound_later: ClassVar[bool] = True

    class Meta:
        verbose_name = _("tệp của phản ánh")
        verbose_name_plural = _("tệp của phản ánh")
        ordering = ["at", "position", "pk"]
        default_permissions = ()
        indexes = [
            # read by the look for duplicates
            models.Index(
                fields=["fingerprint"], condition=~Q(fingerprint=""), name="tipattachment_same"
            ),
            # read by the task that has the vault make fingerprints
            models.Index(
                fields=["id"],
                condition=Q(state="ready", fingerprint=""),
                name="tipattachment_unmarked",
            ),
            # read by the task that takes over what Zalo's files became
            models.Index(
                fields=["inbound"], condition=Q(state="waiting"), name="tipattachment_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ready", content__isnull=False)
                | (~Q(state="ready") & Q(content=None)),
                name="tipattachment_ready_has_content",
                violation_error_message=_("Chỉ tệp xem được mới có nội dung."),
            ),
        ]

    def __str__(self) -> str:
        return f"Tệp {self.position + 1} của {self.tip}"

    @property
    def is_risky(self) -> bool:
        """Whether programs or objects were found inside: one account takes it, unopened."""
        return self.content_type.startswith(RISKY)


# On which days an account passed something on: all that it may ever know of it.


class PassedOnDays(models.Model):
    """The days on which an account passed tips on: one row an account, written as it does so.

    No tip is named and none is asked, so what becomes of a tip changes nothing here. The days are
    sealed at one length: in clear they would say through whom a tip came of which one line is left.
    The row is there from the first look at the page, whether or not anything was passed on.
    """

    KEEP_DAYS: ClassVar[int] = 90
    SHOWN: ClassVar[int] = 20  # as many as one padded length holds

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User, models.CASCADE, verbose_name=_("tài khoản"), related_name="+", editable=False
    )
    days = PaddedTextField(_("những ngày đã chuyển tin"), purpose="words", blank=True)

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("những ngày đã chuyển tin")
        verbose_name_plural = _("những ngày đã chuyển tin")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
