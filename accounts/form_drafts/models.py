"""Forms on their way: texts that were not sent yet, files of a form that was refused."""

from typing import Any, ClassVar, Final
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import OwnRowsQuerySet
from accounts.encryption.fields import EncryptedBinaryField, EncryptedTextField
from accounts.key_fields import required_key
from accounts.users.models import User

ADDRESS: Final = 300  # characters


class Draft(models.Model):
    """The fields of a form that an account is filling in; `address` is where the form goes.

    A kind of drafts adds `fields`, sealed. It is JSON: pairs of a name and a value, in the order of
    the form.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    account = required_key(User, _("tài khoản"), on_delete=models.CASCADE)
    address = models.CharField(_("biểu mẫu"), max_length=ADDRESS)
    updated_at = models.DateTimeField(_("lưu lúc"))
    fields: Any

    objects = OwnRowsQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.address


class FormDraft(Draft):
    """A draft of a form that is not about tips, under a key of the portal."""

    fields = EncryptedTextField(_("nội dung"), purpose="drafts", editable=False)

    class Meta:
        verbose_name = _("bản nháp của biểu mẫu")
        verbose_name_plural = _("bản nháp của biểu mẫu")
        default_permissions = ()
        # read when a form opens
        indexes = [models.Index(fields=["account", "address"], name="form_draft_of_form")]


class PendingUpload(models.Model):
    """A file of a refused form, as it was cleaned; `uuid` is the token that the page carries."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    account = required_key(User, _("tài khoản"), on_delete=models.CASCADE)
    address = models.CharField(_("biểu mẫu"), max_length=ADDRESS)
    field = models.CharField(_("ô"), max_length=100)
    name = EncryptedTextField(_("tên tệp"), purpose="drafts", editable=False)
    content = EncryptedBinaryField(_("tệp"), purpose="drafts", editable=False)
    made_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)

    objects = OwnRowsQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("tệp chờ của biểu mẫu")
        verbose_name_plural = _("tệp chờ của biểu mẫu")
        default_permissions = ()
        # read when a form is refused
        indexes = [models.Index(fields=["account", "-made_at"], name="pending_upload_of_account")]

    def __str__(self) -> str:
        return self.address

    @property
    def is_picture(self) -> bool:
        """Whether it is a JPEG, as the portal makes pictures."""
        return bytes(self.content[:3]) == b"\xff\xd8\xff"
