"""Permissions in words, for the page of a role."""

from collections.abc import Iterable

from django.contrib.auth.models import Permission

from accounts.users.roles import ADD, CHANGE, DELETE, EXPORT, IMPORT, READ

VERB_WORDS = {
    READ: "xem", ADD: "thêm", CHANGE: "sửa", DELETE: "xóa", EXPORT: "xuất ra tệp",
    IMPORT: "nhập từ tệp",
}  # fmt: skip


def describe(permissions: Iterable[Permission]) -> list[tuple[str, str]]:
    """Permissions in words: (what, powers over it), in the order of the names."""
    words: dict[str, list[str]] = {}
    for permission in permissions:
        model = permission.content_type.model_class()
        verb, _sep, rest = permission.codename.partition("_")
        is_plain = model is not None and rest == model._meta.model_name and verb in VERB_WORDS
        what = str(model._meta.verbose_name) if model is not None else permission.content_type.model
        power = VERB_WORDS[verb] if is_plain else permission.name[:1].lower() + permission.name[1:]
        words.setdefault(what[:1].upper() + what[1:], []).append(power)
    return [(what, ", ".join(sorted(powers))) for what, powers in sorted(words.items())]
