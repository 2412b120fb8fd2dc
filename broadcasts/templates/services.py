"""Template blanks (`{câu hỏi}`) and the verbs that change a template by adding a version."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from accounts.audit import services as audit
from accounts.models import Commune, User
from broadcasts.posts.errors import NotAllowed
from broadcasts.templates.models import PostTemplate

OPTIONAL = "(nếu có)"
_BLANK = re.compile(r"\{([^{}\n]+)\}")
_SLOPPY = re.compile(r"[{}]")
# An answer that ends a sentence, before the full stop of the template.
_DOUBLE_STOP = re.compile(r"(?<!\.)([.!?…])\.(?!\.)")


@dataclass(frozen=True)
class Blank:
    """One question; `label` is its name too."""

    label: str
    hint: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_optional(self) -> bool:
        return self.label.endswith(OPTIONAL)


def _read(inner: str) -> Blank:
    question, _bar, hint = (piece.strip() for piece in inner.partition("|"))
    label, colon, listed = question.partition(":")
    choices = tuple(choice.strip() for choice in listed.split("/") if choice.strip())
    if colon and len(choices) > 1:
        return Blank(label.strip(), hint, choices)
    return Blank(question, hint)


def blanks_in(*texts: str) -> list[Blank]:
    """Each question once, in the order in which it is met; the first wording gives the hint."""
    found: dict[str, Blank] = {}
    for text in texts:
        for inner in _BLANK.findall(text):
            blank = _read(inner)
            found.setdefault(blank.label, blank)
    return list(found.values())


def fill(text: str, answers: Mapping[str, str]) -> str:
    """The text with its blanks answered; lines whose optional blank stayed empty are left out."""

    def answer(match: re.Match[str]) -> str:
        return answers.get(_read(match[1]).label, "").strip()

    lines = []
    for line in text.split("\n"):
        skipped = any(
            blank.is_optional and not answers.get(blank.label, "").strip()
            for blank in blanks_in(line)
        )
        if not skipped:
            filled = _DOUBLE_STOP.sub(r"\1", _BLANK.sub(answer, line))
            lines.append(filled[:1].upper() + filled[1:] if line.startswith("{") else filled)
    return "\n".join(lines).strip()


def unanswered(blanks: Iterable[Blank], answers: Mapping[str, str]) -> list[Blank]:
    """The questions that must be answered and are not."""
    return [
        blank
        for blank in blanks
        if not blank.is_optional and not answers.get(blank.label, "").strip()
    ]


def slips(text: str) -> list[str]:
    """Sentences about unpaired braces of a template."""
    rest = _BLANK.sub("", text)
    if _SLOPPY.search(rest):
        return ["Có dấu ngoặc nhọn mở mà không đóng, hoặc đóng mà không mở. Viết {câu hỏi}."]
    return []


CODE_LENGTH = 50


def _commune_of(template: PostTemplate, by: User) -> Commune | None:
    """Commune that owns the new version; a city-wide account may choose any."""
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
    codes = set(
        PostTemplate.objects.filter(code__startswith=stem).values_list("code", flat=True)
    )  # fmt: skip
    number = 1
    template.code = stem
    while template.code in codes:
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
