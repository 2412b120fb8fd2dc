"""Post templates by topic: four parts with blanks, in versions that never change."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import Commune
from accounts.users.fields import user_field
from broadcasts.posts.models import Topic


class PostTemplateQuerySet(CommuneScopedQuerySet):
    """Versions of templates; those without a commune serve every commune."""

    def visible_to(self, user: Any) -> Self:
        if not user.is_active or not user.has_perm("broadcasts.view_posttemplate"):
            return self.none()
        return super().visible_to(user)

    def of_commune(self, commune: Any) -> Self:
        return self.filter(Q(commune=None) | Q(commune=commune))

    def newest(self) -> Self:
        """One row a template: its last version, in each commune and in what came along."""
        later = self.model._default_manager.filter(
            code=OuterRef("code"), version__gt=OuterRef("version")
        )
        own = Exists(later.filter(commune=OuterRef("commune")))
        shipped = Q(commune=None) & Exists(later.filter(commune=None))
        return self.exclude(own | shipped)

    def in_force(self, commune: Any) -> Self:
        """Current version of each template: the commune's own, else the shipped one."""
        own_first = F("commune").asc(nulls_last=True)
        chosen = (
            self.model._default_manager.of_commune(commune)
            .order_by("code", own_first, "-version")
            .distinct("code")
        )
        return self.filter(pk__in=chosen.values("pk"))

    def usable(self, commune: Any) -> Self:
        """Current, active templates of active topics."""
        return self.in_force(commune).filter(is_active=True, topic__is_active=True)


class Part(models.TextChoices):
    """Parts of a notice, in their order; the value names the column."""

    WHAT = "what_happened", _("Chuyện gì")
    WHERE = "where_when", _("Ở đâu, lúc nào")
    ACTION = "what_to_do", _("Bà con cần làm gì")
    CONTACT = "whom_to_call", _("Cần thì gọi ai")


_ALWAYS = frozenset({Part.WHAT, Part.ACTION})
# What a topic cannot do without; a topic that is not named here needs `_ALWAYS`.
REQUIRED_PARTS: dict[str, frozenset[Part]] = {
    "thong-bao-antt": frozenset({Part.WHAT, Part.WHERE}),
    "thu-doan": _ALWAYS | {Part.CONTACT},
    "pccc": _ALWAYS | {Part.CONTACT},
    "atgt": _ALWAYS | {Part.WHERE},
    "phong-ngua": _ALWAYS | {Part.CONTACT},
    "nguoi-tot": frozenset({Part.WHAT, Part.WHERE}),
    "dien-hinh": frozenset({Part.WHAT, Part.WHERE}),
    "tthc": frozenset(Part),
    "ket-qua-mo-hinh": frozenset({Part.WHAT}),
    "canh-bao-khan": frozenset(Part),
}


def required_parts(topic_code: str) -> list[Part]:
    """The parts that a post of this topic must have, in the order in which they are said."""
    required = REQUIRED_PARTS.get(topic_code, _ALWAYS)
    return [part for part in Part if part in required]


class PostTemplate(models.Model):
    """One version of a template. A change makes a new row; posts keep the one they came from.

    Without a commune it came with the portal and serves all; a commune's own version of the same
    code stands before it. Blanks are written `{câu hỏi}`, see `broadcasts.templates.services`.
    """

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    code = models.SlugField(_("mã"), max_length=60)
    version = models.PositiveSmallIntegerField(_("bản số"), default=1)
    topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name=_("chủ đề"), related_name="templates"
    )
    name = models.CharField(_("tên mẫu"), max_length=120)
    purpose = models.CharField(
        _("dùng khi"), max_length=200, blank=True,
        help_text=_("Một câu, để người soạn biết chọn mẫu nào."),
    )  # fmt: skip
    title = models.CharField(_("tên bài"), max_length=150)
    what_happened = models.TextField(_("chuyện gì"), blank=True)
    where_when = models.TextField(_("ở đâu, lúc nào"), blank=True)
    what_to_do = models.TextField(_("bà con cần làm gì"), blank=True)
    whom_to_call = models.TextField(_("cần thì gọi ai"), blank=True)
    is_active = models.BooleanField(_("đang dùng"), default=True)
    created_by = user_field(_("người sửa"))
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)

    objects = PostTemplateQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("mẫu bài")
        verbose_name_plural = _("mẫu bài")
        ordering = ["topic__order", "name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "code", "version"],
                name="posttemplate_version_once",
                nulls_distinct=False,
                violation_error_message=_("Mẫu này vừa có người khác sửa. Hãy mở lại rồi sửa."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="posttemplate_has_title",
                violation_error_message=_("Hãy ghi tên bài của mẫu."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def part(self, part: Part) -> str:
        """The text of one part, blank where the template has none."""
        return str(getattr(self, part.value))
