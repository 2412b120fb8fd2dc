"""Changing a template: never the row that posts came from, always a new version of it."""

from django.db import transaction
from django.utils.text import slugify

from accounts import audit
from accounts.models import Commune, User
from broadcasts.models import PostTemplate
from broadcasts.services.errors import NotAllowed

CODE_LENGTH = 50


def _commune_of(template: PostTemplate, by: User) -> Commune | None:
    """Whose version this account writes: its commune's; a city-wide account's own choice."""
    if by.commune_id is not None and template.commune_id not in {None, by.commune_id}:
        raise NotAllowed("Mẫu này là của xã khác.")
    return by.commune or template.commune


@transaction.atomic
def add_template(template: PostTemplate, *, by: User) -> PostTemplate:
    """A new template of this account's commune; its code is made from its name."""
    if not by.has_perm("broadcasts.add_posttemplate"):
        raise NotAllowed("Tài khoản này không có quyền lập mẫu bài.")
    template.commune, template.created_by = _commune_of(template, by), by
    stem = slugify(template.name.replace("đ", "d").replace("Đ", "D"))[:CODE_LENGTH] or "mau"
    taken = set(
        PostTemplate.objects.filter(code__startswith=stem).values_list("code", flat=True)
    )  # fmt: skip
    number = 1
    template.code = stem
    while template.code in taken:
        number += 1
        template.code = f"{stem}-{number}"
    template.version = 1
    template.save(force_insert=True)
    audit.record("template.added", by=by, target=template, commune=template.commune)
    return template


@transaction.atomic
def revise(template: PostTemplate, *, by: User) -> PostTemplate:
    """Save a changed template as the next version; what came with the portal becomes the commune's.

    The given instance becomes the new row. Raises NotAllowed when a newer version is there already.
    """
    if not by.has_perm("broadcasts.change_posttemplate"):
        raise NotAllowed("Tài khoản này không có quyền sửa mẫu bài.")
    commune = _commune_of(template, by)
    family = PostTemplate.objects.select_for_update(of=("self",)).filter(code=template.code)
    newest = (
        family.in_force(commune).first()
        if commune
        else family.filter(commune=None).order_by("-version").first()
    )
    if newest is None or newest.pk != template.pk:
        raise NotAllowed("Mẫu này vừa có người khác sửa. Hãy mở bản mới nhất rồi sửa.")
    template.pk = None
    template._state.adding = True
    template.commune, template.created_by = commune, by
    template.version = newest.version + 1
    template.save(force_insert=True)
    audit.record(
        "template.revised", by=by, target=template, commune=commune, version=template.version
    )
    return template
