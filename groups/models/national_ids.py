"""The national id of a member, sealed; there only where the portal was told to keep it."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from groups.models.member_imports import MemberImport
from groups.models.members import Member
from groups.querysets import HamletScopedQuerySet


class NationalId(models.Model):
    """Beside the member and not in its row, so that nothing that reads members meets it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    member = models.OneToOneField(
        Member, models.CASCADE, verbose_name=_("thành viên"), related_name="national_id"
    )
    number = EncryptedTextField(_("số căn cước"), help_text=_("Mã hóa."))
    # a keyed hash: equal numbers are found, none is readable
    number_index = models.CharField(max_length=64, db_index=True, editable=False)
    came_with = models.ForeignKey(
        MemberImport, models.SET_NULL, verbose_name=_("danh sách"), related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip

    objects = HamletScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "member__hamlet__commune"
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("số căn cước")
        verbose_name_plural = _("số căn cước")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Số căn cước của thành viên số {self.member_id}"
