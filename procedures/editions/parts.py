"""The structured parts of an edition: what to bring, how long it takes, what it costs."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import SharedQuerySet
from accounts.text_fields import CleanCharField
from procedures.editions.models import Edition
from procedures.library.querysets import FeeQuerySet
from procedures.library.wording import money, quantity


class DossierItem(models.Model):
    """One document of the dossier; with a `case`, required in that case only."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, verbose_name=_("bản"), related_name="dossier"
    )
    case = CleanCharField(
        _("chỉ khi"), max_length=200, blank=True, help_text=_("Ví dụ: Ở nhờ nhà người khác.")
    )
    name = CleanCharField(_("giấy tờ"), max_length=200)
    detail = CleanCharField(_("giải thích"), max_length=500, blank=True)
    form_code = CleanCharField(_("mã mẫu"), max_length=20, blank=True)
    is_waivable = models.BooleanField(_("được miễn khi đã có trong cơ sở dữ liệu"), default=False)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("giấy tờ trong hồ sơ")
        verbose_name_plural = _("giấy tờ trong hồ sơ")
        ordering = ["edition", "order", "pk"]

    def __str__(self) -> str:
        return self.name


class TimeLimit(models.Model):
    """At most so long, perhaps under a condition; an edition may have several."""

    class Unit(models.TextChoices):
        AT_ONCE = "at_once", _("giải quyết ngay")
        WORKING_HOURS = "working_hours", _("giờ làm việc")
        HOURS = "hours", _("giờ")
        WORKING_DAYS = "working_days", _("ngày làm việc")
        DAYS = "days", _("ngày")

    edition = models.ForeignKey(
        Edition, models.CASCADE, verbose_name=_("bản"), related_name="time_limits"
    )
    amount = models.DecimalField(
        _("số lượng"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    unit = models.CharField(_("đơn vị"), max_length=13, choices=Unit, default=Unit.WORKING_DAYS)
    condition = CleanCharField(_("khi nào"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("thời hạn")
        verbose_name_plural = _("thời hạn")
        ordering = ["edition", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit="at_once", amount=None)
                | (~Q(unit="at_once") & Q(amount__isnull=False, amount__gt=Decimal(0))),
                name="timelimit_amount_with_unit",
                violation_error_message=_(
                    "Hãy ghi số lượng lớn hơn 0; chỉ “giải quyết ngay” mới để trống số lượng."
                ),
            ),
        ]

    def __str__(self) -> str:
        """`7 ngày làm việc`, `nửa ngày làm việc (khi …)`."""
        if self.amount is None:
            text = str(self.get_unit_display())
        else:
            text = f"{quantity(self.amount)} {self.get_unit_display()}"
        return f"{text} ({self.condition})" if self.condition else text


class Fee(models.Model):
    """Fee of one case in đồng, in person and online, from a day to a day; 0 is free.

    An unverified fee is shown to officers only and never published.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, verbose_name=_("bản"), related_name="fees")
    case = CleanCharField(
        _("trường hợp"), max_length=200, blank=True, help_text=_("Ví dụ: Đăng ký theo danh sách.")
    )
    direct = models.PositiveIntegerField(_("nộp trực tiếp (đồng)"), null=True, blank=True)
    online = models.PositiveIntegerField(_("nộp trực tuyến (đồng)"), null=True, blank=True)
    condition = CleanCharField(_("điều kiện"), max_length=200, blank=True)
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    legal_basis = CleanCharField(_("căn cứ thu"), max_length=120, blank=True)
    is_verified = models.BooleanField(
        _("đã kiểm chứng"), default=False,
        help_text=_("Chỉ mức thu đã kiểm chứng mới được báo cho bà con."),
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    objects = FeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("lệ phí")
        verbose_name_plural = _("lệ phí")
        ordering = ["edition", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direct__isnull=False) | Q(online__isnull=False),
                name="fee_has_amount",
                violation_error_message=_("Hãy ghi ít nhất một mức thu; không thu thì ghi 0."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="fee_ends_after_start",
                violation_error_message=_("Ngày hết áp dụng lệ phí phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        """`20.000 đồng nộp trực tiếp, 10.000 đồng nộp trực tuyến (đến hết 31/12/2026)`."""
        if self.direct is None or self.online is None:
            suffix = " nộp trực tuyến" if self.direct is None else ""
            text = money((self.online if self.direct is None else self.direct) or 0) + suffix
        elif self.direct == self.online:
            text = money(self.direct)
        else:
            text = f"{money(self.direct)} nộp trực tiếp, {money(self.online)} nộp trực tuyến"
        limits = [self.condition] if self.condition else []
        if self.valid_to is not None:
            limits.append(f"đến hết {self.valid_to:%d/%m/%Y}")
        text = f"{text} ({', '.join(limits)})" if limits else text
        return f"{self.case}: {text}" if self.case else text


class LegalText(models.Model):
    """A law, decree, circular or decision, by its number.

    Changed only by `procedures.editions.services.reopen_citing`, which reopens its editions.
    """

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("Đang áp dụng")
        AMENDED = "amended", _("Đã sửa đổi")
        REPLACED = "replaced", _("Đã thay thế, hết hiệu lực")

    number = CleanCharField(
        _("số, ký hiệu"), max_length=60, unique=True, help_text=_("Ví dụ: TT 75/2022/TT-BTC.")
    )
    title = CleanCharField(_("tên văn bản"), max_length=250, blank=True)
    effective_on = models.DateField(_("có hiệu lực từ"), null=True, blank=True)
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.IN_FORCE
    )
    changed_on = models.DateField(_("thay đổi từ ngày"), null=True, blank=True)
    changed_through = CleanCharField(
        _("văn bản sửa đổi, thay thế"), max_length=120, blank=True,
        help_text=_("Ví dụ: NĐ 320/2026."),
    )  # fmt: skip

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản pháp luật")
        verbose_name_plural = _("văn bản pháp luật")
        ordering = ["number"]
        permissions = [("change_law", "Ghi văn bản đã thay đổi và mở lại các thủ tục dẫn văn bản")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="in_force", changed_on=None)
                | (~Q(status="in_force") & Q(changed_on__isnull=False)),
                name="legaltext_change_has_day",
                violation_error_message=_("Hãy ghi ngày văn bản được sửa đổi, thay thế."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Citation(models.Model):
    """A legal text cited by an edition; a changed text reopens the editions that cite it."""

    class Purpose(models.TextChoices):
        BASIS = "basis", _("Căn cứ")
        FEE = "fee", _("Lệ phí")
        FORM = "form", _("Biểu mẫu")

    edition = models.ForeignKey(
        Edition, models.CASCADE, verbose_name=_("bản"), related_name="citations"
    )
    text = models.ForeignKey(
        LegalText, models.PROTECT, verbose_name=_("văn bản"), related_name="citations"
    )
    purpose = models.CharField(_("dùng làm"), max_length=6, choices=Purpose, default=Purpose.BASIS)
    place = CleanCharField(
        _("điều, khoản"), max_length=80, blank=True, help_text=_("Ví dụ: Điều 31.")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("căn cứ pháp lý")
        verbose_name_plural = _("căn cứ pháp lý")
        ordering = ["edition", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "text", "purpose", "place"],
                name="citation_once",
                violation_error_message=_("Căn cứ này đã ghi rồi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text}, {self.place}" if self.place else str(self.text)
