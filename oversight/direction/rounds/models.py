"""A direction as one object: what is asked of many at once, with its files and asked numbers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import User
from accounts.workflow.declaration import Workflow
from broadcasts.models import PostRequest
from oversight.abstract_models import OfCommune
from oversight.direction.querysets import DirectionRoundQuerySet
from oversight.direction.registers.models import GuidingDocument

MOST_NUMBERS = 5
MOST_FILES = 3
# No phone number and no number of a paper fits; money is asked for in millions.
LARGEST = 9_999_999


class DirectionRound(OfCommune):
    """Matter that an issuer asks of one or many at once; each addressee has its own `Direction`.

    Never changed once given. The words are copied to each part, which stands as it was given.
    """

    class Issuer(models.TextChoices):
        """Bodies that direct others; the values are those of `Body.Kind`."""

        PARTY = "party", _("Đảng ủy")
        COMMITTEE = "committee", _("Ủy ban nhân dân")
        POLICE = "police", _("Công an")

    workflow: ClassVar[Workflow] = Workflow(
        subject="directionround",
        denied="Chỉ nơi ra chỉ đạo mới làm việc này.",
        unseen="Tài khoản này không xem được đợt chỉ đạo này.",
    )

    issuer = models.CharField(
        _("nơi ra chỉ đạo"), max_length=10, choices=Issuer, default=Issuer.PARTY
    )
    title = models.CharField(_("việc cần làm"), max_length=150)
    text = models.TextField(_("nội dung chỉ đạo"), max_length=3000)
    directed_by = models.CharField(
        _("người chỉ đạo"), max_length=150, help_text=_("Ví dụ: Phó Bí thư Thường trực Đảng ủy.")
    )
    document = models.ForeignKey(
        GuidingDocument, models.PROTECT, verbose_name=_("theo văn bản"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    post_request = models.ForeignKey(
        PostRequest, models.SET_NULL, verbose_name=_("yêu cầu đăng bài kèm theo"),
        related_name="+", null=True, blank=True,
    )  # fmt: skip
    given_on = models.DateField(_("ngày chỉ đạo"))
    # Of a part that was returned, its own day counts.
    due_on = models.DateField(_("hạn trả lời"))
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người giao"), related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("giao lúc"), auto_now_add=True)

    objects = DirectionRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt chỉ đạo")
        verbose_name_plural = _("đợt chỉ đạo")
        ordering = ["-given_on", "-pk"]
        indexes = [
            # read by the list
            models.Index(fields=["commune", "-given_on"], name="direction_round_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("given_on")),
                name="direction_round_days_in_order",
                violation_error_message=_("Hạn trả lời phải từ ngày chỉ đạo trở đi."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RoundFile(models.Model):
    """A paper sent with a direction; its addressees read it."""

    round = models.ForeignKey(
        DirectionRound, models.CASCADE, verbose_name=_("đợt chỉ đạo"), related_name="files"
    )
    file = models.FileField(_("tệp kèm theo"), upload_to="directions/%Y/%m/")
    name = models.CharField(_("tên tệp"), max_length=120)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "round__commune"

    class Meta:
        verbose_name = _("tệp của đợt chỉ đạo")
        verbose_name_plural = _("tệp của đợt chỉ đạo")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class AskedNumber(models.Model):
    """A number that each addressee is asked for. Never changed: a trigger refuses it."""

    round = models.ForeignKey(
        DirectionRound, models.CASCADE, verbose_name=_("đợt chỉ đạo"), related_name="asked"
    )
    place = models.PositiveSmallIntegerField(_("thứ tự"))
    label = models.CharField(_("số cần báo"), max_length=80)
    unit = models.CharField(_("đơn vị"), max_length=20)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "round__commune"

    class Meta:
        verbose_name = _("số được hỏi")
        verbose_name_plural = _("số được hỏi")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "place"],
                name="asked_number_place_once",
                violation_error_message=_("Mỗi thứ tự một số."),
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_NUMBERS),
                name="asked_number_at_most_five",
                violation_error_message=_("Hỏi nhiều nhất năm số."),
            ),
            models.CheckConstraint(
                condition=~Q(label="") & ~Q(unit=""),
                name="asked_number_has_words",
                violation_error_message=_("Hãy ghi tên và đơn vị của số cần báo."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.unit})"


class RepliedNumber(models.Model):
    """A number in a reply. Never changed: a correction is another reply."""

    reply = models.ForeignKey(
        "oversight.DirectionReply", models.CASCADE, verbose_name=_("trả lời"),
        related_name="numbers",
    )  # fmt: skip
    asked = models.ForeignKey(
        AskedNumber, models.PROTECT, verbose_name=_("số được hỏi"), related_name="replied"
    )
    value = models.PositiveIntegerField(_("số"))

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "asked__round__commune"

    class Meta:
        verbose_name = _("số đã trả lời")
        verbose_name_plural = _("số đã trả lời")
        ordering = ["asked__place"]
        constraints = [
            models.UniqueConstraint(
                fields=["reply", "asked"],
                name="replied_number_once",
                violation_error_message=_("Mỗi trả lời ghi một số cho mỗi câu hỏi."),
            ),
            models.CheckConstraint(
                condition=Q(value__lte=LARGEST),
                name="replied_number_not_too_large",
                violation_error_message=_("Số lớn nhất ghi được là 9.999.999."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked}: {self.value}"
