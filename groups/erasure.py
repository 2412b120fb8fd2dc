"""Personal data that goes for good: the row of a person, and all else that would name them."""

from collections.abc import Iterable

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from groups.linking import links
from groups.member_list.planning import count
from groups.models import (
    ConsentRecord,
    DistinctPair,
    Member,
    MemberImport,
    MemberImportFile,
    MemberImportRow,
    MemberMerge,
    NationalId,
)
from groups.vietnamese import fold, sort_key

BLANK_NAME = "Đã xóa"
CODE_LENGTH = Member._meta.get_field("household_code").max_length


def blank(ids: list[int], *, with_files: bool) -> None:
    """Blank these people. `with_files` removes the uploaded lists that name them as well.

    Without it lists go when their own time is over. Call in a transaction.
    """
    _forget_lists([*ids, *absorbed_by(ids)], with_files=with_files)
    delete_absorbed(ids)
    _forget_history(ids)
    _free_households(ids)
    DistinctPair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).delete()
    ConsentRecord.objects.filter(member__in=ids).update(evidence="")
    NationalId.objects.filter(member__in=ids).delete()
    links.forget(ids)
    Member.objects.filter(reached_through__in=ids).update(reached_through=None)
    Member.objects.filter(pk__in=ids).update(
        full_name=BLANK_NAME,
        sort_key=sort_key(BLANK_NAME),
        search_text=fold(BLANK_NAME),
        birth_year=None,
        birth_date=None,
        phone="",
        address="",
        household_code="",
        reached_through=None,
        consent_basis=Member.Consent.NONE,
        consent_version="",
        consent_given_at=None,
        consent_collected_by=None,
        status=Member.Status.ANONYMISED,
    )


def absorbed_by(ids: list[int]) -> list[int]:
    """All rows that were absorbed by these, by those again, and so on."""
    found = list(Member.objects.filter(merged_into__in=ids).values_list("pk", flat=True))
    return [*found, *absorbed_by(found)] if found else []


def delete_absorbed(ids: list[int]) -> None:
    """Delete whatever was absorbed by these rows, the deepest first."""
    absorbed = list(Member.objects.filter(merged_into__in=ids).values_list("pk", flat=True))
    if absorbed:
        delete_absorbed(absorbed)
        _forget_rows(absorbed)
        Member.objects.filter(pk__in=absorbed).delete()
    MemberMerge.objects.filter(survivor__in=ids).delete()


def delete_row(row: Member) -> None:
    """Delete an absorbed row that can no longer be taken out again, and what it absorbed."""
    delete_absorbed([row.pk])
    _forget_rows([row.pk])
    row.delete()


def _forget_rows(ids: list[int]) -> None:
    MemberImportRow.objects.filter(member__in=ids).delete()
    _forget_history(ids)


def _forget_lists(ids: list[int], *, with_files: bool) -> None:
    """Lines of uploaded lists that became these people, or that say the same name and phone, or
    without a phone the same name and birth."""
    same = Member.objects.filter(
        pk__in=ids, hamlet=OuterRef("batch__hamlet"), search_text=OuterRef("search_text")
    )
    same_birth = same.filter(birth_year=OuterRef("birth_year"))
    says_the_same = (
        ~Q(phone="") & Exists(same.filter(phone=OuterRef("phone")))
        | Q(phone="") & Exists(same_birth)
        | Exists(same_birth.filter(phone=""))
    )
    rows = MemberImportRow.objects.filter(
        Q(member__in=ids) | says_the_same & ~Q(batch__state=MemberImport.State.COMMITTING)
    )
    found = dict(rows.order_by().values_list("pk", "batch"))
    MemberImportRow.objects.filter(pk__in=list(found)).delete()
    batches = MemberImport.objects.filter(pk__in=set(found.values()))
    for batch in batches.filter(state=MemberImport.State.PREVIEW):
        count(batch)
        batch.save(update_fields=["counts", "rows_total"])
    if with_files:
        MemberImportFile.objects.filter(batch__in=batches).delete()


def _forget_history(ids: list[int]) -> None:
    """The admin's history under which rows of these people were written."""
    _unname(Member, ids)
    for relation in Member._meta.related_objects:
        model = relation.field.model
        if model is not Member:
            hanging = model._base_manager.filter(**{f"{relation.field.name}__in": ids})
            _unname(model, hanging.values_list("pk", flat=True))


def _unname(model: type[models.Model], ids: Iterable[int]) -> None:
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_id__in=[str(pk) for pk in ids],
    ).update(object_repr=BLANK_NAME)


def _free_households(ids: list[int]) -> None:
    """A household that bears its head's name as a code keeps together under a number."""
    heads = Member.objects.filter(pk__in=ids).values_list("pk", "hamlet", "full_name")
    for pk, hamlet, name in heads:
        mates = Member.objects.filter(hamlet=hamlet).exclude(pk__in=ids)
        mates.filter(household_code__iexact=name[:CODE_LENGTH]).update(household_code=f"Hộ số {pk}")
