"""Registers of the Party office: documents, bodies with their accounts, spreading."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.services import NotAllowed
from oversight import data_files
from oversight.direction.models import Direction, Spreading
from oversight.direction.registers.models import Body, GuidingDocument
from oversight.input_checks import blocked_fields, is_replaced_in_turn, lock_commune, require_clean

SPREAD_TOO_EARLY = "Hạn quán triệt phải từ ngày ban hành trở đi."
DOCUMENT_TEXTS = ("number", "issuer", "summary")
IN_TURN = "Văn bản này đã thay cho văn bản kia nên không được văn bản kia thay."
_INITIAL = data_files.read("initial_rows")
BASES, USUAL_BODIES = _INITIAL["documents"], _INITIAL["bodies"]


def document_refusals(document: GuidingDocument) -> dict[str, list[str]]:
    """Refusals of a document, by field: secrecy marks above all."""
    found = blocked_fields(document, DOCUMENT_TEXTS)
    found |= {"replaced_by": [IN_TURN]} if _is_in_a_circle(document) else {}
    return found | {"spread_by": [SPREAD_TOO_EARLY]} if _is_due_too_early(document) else found


def _is_in_a_circle(document: GuidingDocument) -> bool:
    """Whether its replacement was itself replaced by it."""
    other = document.replaced_by
    return document.pk is not None and other is not None and is_replaced_in_turn(document, other)


def _is_due_too_early(document: GuidingDocument) -> bool:
    return document.spread_by is not None and document.spread_by < document.issued_on


@transaction.atomic
def keep_document(document: GuidingDocument, *, by: User) -> GuidingDocument:
    """Add or change a document of the register. Raises NotAllowed."""
    is_new = document.pk is None
    right = "add" if is_new else "change"
    own_commune = by.commune_id in {None, document.commune_id}
    if not own_commune or not by.has_perm(f"oversight.{right}_guidingdocument"):
        raise NotAllowed("Tài khoản này không ghi được sổ văn bản của xã này.")
    require_clean(*(getattr(document, name) for name in DOCUMENT_TEXTS))
    if _is_due_too_early(document):
        raise NotAllowed(SPREAD_TOO_EARLY)
    lock_commune(document.commune_id)
    there = GuidingDocument.objects.of_commune(document.commune_id).exclude(pk=document.pk)
    if there.filter(number=document.number, issued_on=document.issued_on).exists():
        raise NotAllowed("Văn bản số này, ngày này đã có trong sổ.")
    other = document.replaced_by
    if other is not None and other.commune_id != document.commune_id:
        raise NotAllowed("Văn bản thay thế không có trong sổ của xã.")
    if _is_in_a_circle(document):
        raise NotAllowed(IN_TURN)
    if is_new:
        document.created_by = by
    document.save()
    action = "guidingdocument.added" if is_new else "guidingdocument.changed"
    audit.record(action, by=by, target=document, commune=document.commune)
    return document


def too_early(source: GuidingDocument | Direction, held_on: date) -> str:
    """Refusal of a spreading before its document or direction existed; else empty."""
    if isinstance(source, GuidingDocument):
        since, what = source.issued_on, "ban hành văn bản"
    else:
        since, what = source.given_on, "giao chỉ đạo"
    sentence = f"Ngày quán triệt đứng trước ngày {what}, {since:%d/%m/%Y}. Hãy xem lại."
    return sentence if held_on < since else ""


@transaction.atomic
def spread(spreading: Spreading, *, by: User) -> Spreading:
    """Add or change a spreading; the first author stays. Raises NotAllowed, ValidationError."""
    is_new = spreading.pk is None
    right = "add" if is_new else "change"
    if not by.has_perm(f"oversight.{right}_spreading"):
        raise NotAllowed("Chỉ Văn phòng Đảng ủy mới ghi lượt quán triệt.")
    home = spreading.organisation.commune_id
    source = spreading.document or spreading.direction
    if by.commune_id not in {None, home} or source is None or source.commune_id != home:
        raise NotAllowed("Tổ chức đảng và văn bản phải cùng một xã.")
    if spreading.held_on > timezone.localdate():
        raise NotAllowed("Ngày quán triệt chưa tới. Hãy ghi sau khi đã họp.")
    if refusal := too_early(source, spreading.held_on):
        raise NotAllowed(refusal)
    if is_new:
        spreading.recorded_by = by
    spreading.full_clean(exclude=["recorded_by"])
    spreading.save()
    action = "spreading.recorded" if is_new else "spreading.changed"
    audit.record(
        action, by=by, target=spreading, commune=spreading.organisation.commune,
        rows=spreading.attendees,
    )  # fmt: skip
    return spreading


def accounts_for(body: Body) -> Any:
    """Accounts of the commune of a body that may keep plans."""
    return User.objects.of_commune(body.commune_id).filter(
        is_active=True, groups__permissions__codename="add_plan",
        groups__permissions__content_type__app_label="oversight",
    ).distinct()  # fmt: skip


def missing_bases(commune: Commune) -> list[GuidingDocument]:
    """Bases of the letter missing in the register of a commune."""
    there = set(GuidingDocument.objects.of_commune(commune).values_list("number", flat=True))
    return [
        GuidingDocument(commune=commune, **basis)
        for basis in BASES if basis["number"] not in there
    ]  # fmt: skip


def missing_bodies(commune: Commune) -> list[Body]:
    """Usual bodies that a commune has neither by kind nor by name."""
    own = Body.objects.of_commune(commune)
    kinds, names = (set(own.values_list(column, flat=True)) for column in ("kind", "name"))
    place = commune.get_kind_display().lower()
    usual = [
        Body(commune=commune, kind=kind, name=f"{name} {place}") for kind, name in USUAL_BODIES
    ]
    return [one for one in usual if one.kind not in kinds and one.name not in names]


@transaction.atomic
def make_ready(commune: Commune, *, by: User) -> int:
    """Create the missing bodies and bases; return the count. Raises NotAllowed."""
    if by.commune_id not in {None, commune.pk} or not by.has_perm("oversight.add_body"):
        raise NotAllowed("Tài khoản này không lập được danh sách cơ quan của xã này.")
    lock_commune(commune.pk)
    bodies = Body.objects.bulk_create(missing_bodies(commune))
    documents = missing_bases(commune)
    for document in documents:
        document.created_by = by
    GuidingDocument.objects.bulk_create(documents)
    made = len(bodies) + len(documents)
    audit.record("direction.made_ready", by=by, commune=commune, rows=made)
    return made
