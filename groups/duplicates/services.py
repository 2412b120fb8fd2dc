"""Joining two rows of one person, and taking them apart again to the letter for thirty days.

The absorbed row stays as it was, hidden; whatever hung on it hangs on the survivor. What was done
is kept in `MemberMerge.changes`:

    set      column → [before, after] of the survivor
    moved    rows that point to the survivor instead: [model, foreign key, ids]
    altered  rows of the survivor that took over a state: [model, id, {column: [before, after]}]
    removed  rows that both had (the same group, the same notice), as serialised
    apart    ids of pairs: whoever was told apart from the absorbed is so from the survivor
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock, lock_for, require_state
from groups.duplicates.models import DistinctPair, MemberMerge
from groups.linking.models import ZaloLink
from groups.member_import.models import NationalId
from groups.places.models import Hamlet
from groups.residents.consent import services as consent
from groups.residents.consent.models import ConsentRecord
from groups.residents.models import Member, Membership
from groups.residents.spells.models import MembershipSpell, ProxySpell
from groups.residents.spells.sources import left_as_they_are

# What a person chooses between, and the columns behind it.
CHOICES: dict[str, tuple[str, ...]] = {
    "full_name": ("full_name",),
    "birth": ("birth_year", "birth_date"),
    "gender": ("gender",),
    "phone": ("phone",),
    "place": ("hamlet_id", "team_id"),
    "address": ("address",),
    "household_code": ("household_code",),
    "zalo_name": ("zalo_name",),
    "is_representative": ("is_representative",),
    "reached_through": ("reached_through_id",),
}
LABELS = {
    "full_name": "Họ và tên",
    "birth": "Năm sinh, ngày sinh",
    "gender": "Giới tính",
    "phone": "Điện thoại",
    "place": "Ấp, tổ",
    "address": "Địa chỉ",
    "household_code": "Mã hộ",
    "zalo_name": "Tên trên Zalo",
    "is_representative": "Đại diện hộ",
    "reached_through": "Nhận tin qua",
}
CONSENT = (
    "consent_basis", "consent_version", "consent_given_at", "consent_collected_by_id"
)  # fmt: skip
NOT_MOVED = (MemberMerge,)
# What a person has once.
ONE_EACH: tuple[type[models.Model], ...] = (NationalId, ZaloLink)
# The better of two places in one group stays.
_RANK = {
    Membership.State.JOINED: 3,
    Membership.State.INVITED: 2,
    Membership.State.DECLINED: 1,
    Membership.State.LEFT: 0,
}
_PLACE = ("role", "state", "joined_on", "left_on")
_BEGINNING = ("began_on", "is_estimated")


def _plain(value: Any) -> Any:
    """A value of a column as JSON."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _column(row: models.Model, name: str) -> Any:
    """The field of a column, by its name or by the name with `_id`."""
    return next(field for field in row._meta.fields if name in (field.name, field.attname))


def _lock_both(first: Member, second: Member, by: User) -> None:
    """Lock two members that this account may join, in one order for all. Raises NotAllowed."""
    refusal = "Tài khoản này không gộp được hai người này."
    if first.pk == second.pk:
        raise NotAllowed(refusal)
    for row in sorted((first, second), key=lambda row: row.pk):
        lock_for(row, by, permission="groups.merge_member", denied=refusal)
    for row in (first, second):
        require_state(
            row, only=Member.Status.ACTIVE,
            refusal=(
                "Chỉ gộp được hai người đang tham gia. Một trong hai đã đổi trạng thái."
            ),
        )  # fmt: skip
    if first.hamlet.commune_id != second.hamlet.commune_id:
        raise NotAllowed("Hai người ở hai xã khác nhau.")


@transaction.atomic
def merge(
    survivor: Member, absorbed: Member, *, from_absorbed: Mapping[str, bool], by: User
) -> MemberMerge:
    """Absorb one row into another. `taken` names the values that come from the absorbed row.

    Raises NotAllowed.
    """
    _lock_both(survivor, absorbed, by)
    now = timezone.now()
    written = [*chain.from_iterable(CHOICES.values()), *CONSENT]
    before = {name: _plain(getattr(survivor, name)) for name in written}
    if survivor.reached_through_id == absorbed.pk:
        survivor.reached_through = None
        survivor.save(update_fields=["reached_through"])
    with left_as_they_are():
        changes = _move_all(absorbed, survivor)
    for model in ONE_EACH:
        changes["moved"] += _move_only_one(model, absorbed, survivor)
    changes["apart"] = _inherit_apart(absorbed, survivor, by)
    for choice, columns in CHOICES.items():
        if from_absorbed.get(choice):
            for name in columns:
                setattr(survivor, name, getattr(absorbed, name))
    if survivor.reached_through_id in (survivor.pk, absorbed.pk):
        survivor.reached_through = None
    in_force = survivor.consents.in_force().exists()
    if not in_force and survivor.consent_basis == Member.Consent.NONE:
        for name in CONSENT:
            setattr(survivor, name, getattr(absorbed, name))
    survivor.save()
    if in_force:
        consent.restate([survivor.pk])
        survivor.refresh_from_db()
    after = {name: _plain(getattr(survivor, name)) for name in before}
    changes["set"] = {
        name: [before[name], after[name]] for name in before if before[name] != after[name]
    }
    absorbed.status, absorbed.merged_into = Member.Status.MERGED, survivor
    absorbed.save(update_fields=["status", "merged_into"])
    made = MemberMerge.objects.create(
        survivor=survivor,
        absorbed=absorbed,
        merged_by=by,
        merged_at=now,
        undo_until=now + timedelta(days=MemberMerge.UNDO_DAYS),
        changes=changes,
    )
    audit.record("member.merged", by=by, target=made, commune=survivor.hamlet.commune)
    return made


def _relations() -> Iterator[Any]:
    """The foreign keys to a member whose rows follow it."""
    for relation in Member._meta.related_objects:
        field = relation.field
        if field.model is ProxySpell and field.name == "member":
            continue  # through whom the absorbed row was reached stays its own past
        if field.many_to_one and field.model not in NOT_MOVED and field.name != "merged_into":
            yield field


def _clashes(field: Any, absorbed: Member, survivor: Member) -> Iterator[tuple[Any, Any]]:
    """Rows of both that may exist only once: (of the absorbed, of the survivor)."""
    model = field.model
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        if field.name not in constraint.fields:
            continue
        others = [name for name in constraint.fields if name != field.name]
        rows = model._base_manager.filter(constraint.condition or Q())
        theirs = {
            tuple(getattr(row, _column(row, name).attname) for name in others): row
            for row in rows.filter(**{field.name: survivor})
        }
        for row in rows.filter(**{field.name: absorbed}):
            key = tuple(getattr(row, _column(row, name).attname) for name in others)
            if key in theirs:
                yield row, theirs[key]


def _move_all(absorbed: Member, survivor: Member) -> dict[str, Any]:
    moved: list[Any] = []
    altered: list[Any] = []
    removed: list[Any] = []
    for field in _relations():
        model = field.model
        for row, own in _clashes(field, absorbed, survivor):
            if isinstance(own, Membership) and _RANK[row.state] > _RANK[own.state]:  # type: ignore[index]
                altered.append([model._meta.label, own.pk, _take_over(own, row, _PLACE)])
            if isinstance(own, MembershipSpell) and row.began_on < own.began_on:
                altered.append([model._meta.label, own.pk, _take_over(own, row, _BEGINNING)])
            removed += serializers.serialize("python", [row])
            row.delete()
        rows = model._base_manager.filter(**{field.name: absorbed})
        ids = list(rows.values_list("pk", flat=True))
        if ids:
            model._base_manager.filter(pk__in=ids).update(**{field.name: survivor})
            moved.append([model._meta.label, field.name, ids])
    for entry in removed:
        entry["fields"] = {name: _plain(value) for name, value in entry["fields"].items()}
    return {"moved": moved, "altered": altered, "removed": removed}


def _move_only_one(model: type[models.Model], absorbed: Member, survivor: Member) -> list[Any]:
    """Move the row where the survivor has none; of two each keeps its own: nothing is lost."""
    every = model._base_manager
    if every.filter(member=survivor).exists():
        return []
    rows = every.filter(member=absorbed)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(member=survivor)
    return [[model._meta.label, "member", ids]] if ids else []


def _inherit_apart(absorbed: Member, survivor: Member, by: User) -> list[int]:
    """A decision about the absorbed row holds for the survivor."""
    made = []
    for pair in DistinctPair.objects.filter(Q(first=absorbed) | Q(second=absorbed)):
        other = pair.second_id if pair.first_id == absorbed.pk else pair.first_id
        if other == survivor.pk:
            continue
        first, second = sorted((survivor.pk, other))
        copy, is_new = DistinctPair.objects.get_or_create(
            first_id=first, second_id=second, defaults={"decided_by": by}
        )
        made += [copy.pk] if is_new else []
    return made


def _take_over[M: models.Model](own: M, better: M, names: Sequence[str]) -> dict[str, Any]:
    changed = {}
    for name in names:
        before, after = getattr(own, name), getattr(better, name)
        if before != after:
            changed[name] = [_plain(before), _plain(after)]
            setattr(own, name, after)
    own.save(update_fields=list(names))
    return changed


@transaction.atomic
def split(made: MemberMerge, *, by: User) -> list[str]:
    """Take two rows apart again, each as it was; returns what stayed because it was changed since.

    Raises NotAllowed.
    """
    if not by.has_perm("groups.merge_member"):
        raise NotAllowed("Tài khoản này không tách được.")
    survivor, absorbed = _lock_parts(made, by)
    if survivor.status in Member.HIDDEN:
        raise NotAllowed("Người được giữ lại cũng đã gộp vào người khác. Hãy tách lần đó trước.")
    unchanged = _put_back(survivor, _without_past_places(made.changes["set"]))
    absorbed.status, absorbed.merged_into = Member.Status.ACTIVE, None
    if survivor.status in Member.ENDED:
        # Who said so may be either of the two: both are left alone until somebody asks again.
        absorbed.status, absorbed.ended_at = survivor.status, survivor.ended_at
        unchanged.append("trạng thái (đã thôi tham gia)")
    absorbed.save(update_fields=["status", "ended_at", "merged_into"])
    with left_as_they_are():
        for label, name, ids in made.changes["moved"]:
            rows_moved = apps.get_model(label)._base_manager.filter(pk__in=ids, **{name: survivor})
            rows_moved.update(**{name: absorbed})
        for label, pk, columns in made.changes["altered"]:
            row = apps.get_model(label)._base_manager.filter(pk=pk).first()
            if row is not None and _put_back(row, columns):
                unchanged.append(str(row))
        unchanged += _recreate(_as_withdrawn_since(made, survivor))
    consent.restate([survivor.pk, absorbed.pk])
    DistinctPair.objects.filter(pk__in=made.changes["apart"]).delete()
    commune = survivor.hamlet.commune
    made.delete()
    audit.record("member.split", by=by, target=survivor, commune=commune)
    return unchanged


def _lock_parts(made: MemberMerge, by: User) -> tuple[Member, Member]:
    """Lock the merge with both rows, members first as everywhere. Raises NotAllowed."""
    ids = sorted(pk for pk in (made.survivor_id, made.absorbed_id) if pk is not None)
    locked = {pk: lock(Member(pk=pk), missing=MemberMerge.workflow.denied) for pk in ids}
    lock_for(made, by, permission=_is_reversible)
    return locked[made.survivor_id], locked[made.absorbed_id or 0]


def _is_reversible(made: MemberMerge, by: User) -> bool:
    return made.absorbed_id is not None and made.undo_until >= timezone.now()


def _without_past_places(columns: dict[str, Any]) -> dict[str, Any]:
    """A hamlet that has ended since takes nobody back: the place stays as it is now."""
    before = columns.get("hamlet_id", [None])[0]
    if before is None or Hamlet.objects.offered().filter(pk=before).exists():
        return columns
    return {name: pair for name, pair in columns.items() if name not in CHOICES["place"]}


def _as_withdrawn_since(made: MemberMerge, survivor: Member) -> list[dict[str, Any]]:
    """Rows that both had, as they come back: an agreement that was taken back meanwhile for the
    one row stays taken back for the other."""
    entries = []
    for entry in made.changes["removed"]:
        fields = entry["fields"]
        if entry["model"] == ConsentRecord._meta.label_lower and not fields["withdrawn_at"]:
            twins = survivor.consents.filter(
                notice=fields["notice"], recorded_at__lte=made.merged_at
            )
            twin = twins.order_by(F("withdrawn_at").desc(nulls_last=True)).first()
            if twin is not None and twin.withdrawn_at is not None:
                given = datetime.fromisoformat(fields["given_at"])
                fields = fields | {
                    "withdrawn_at": max(twin.withdrawn_at, given).isoformat(),
                    "withdrawn_recorded_by": twin.withdrawn_recorded_by_id,
                }
        entries.append({**entry, "fields": fields})
    return entries


def _put_back(row: models.Model, columns: dict[str, Any]) -> list[str]:
    """Restore columns that still say what the merge wrote; returns the names of the others."""
    names, others = [], []
    for name, (before, after) in columns.items():
        field = _column(row, name)
        if _plain(getattr(row, name)) == after:
            kind = field.target_field if field.is_relation else field
            setattr(row, name, kind.to_python(before))
            names.append(field.name)
        else:
            others.append(str(field.verbose_name))
    if names:
        fields = row._meta.fields
        derived = [one.name for one in fields if getattr(one, "source", None) in names]
        row.save(update_fields=[*names, *derived])
    return others


def _recreate(entries: list[dict[str, Any]]) -> list[str]:
    missing = []
    for item in serializers.deserialize("python", entries):
        try:
            with transaction.atomic():
                item.save()
        except IntegrityError:  # what it hung on is gone, or has been entered anew
            missing.append(str(item.object._meta.verbose_name))
    return missing


def _visible_pair(by: User, *ids: int) -> models.QuerySet[Member]:
    visible = Member.objects.visible_to(by).filter(pk__in=ids)
    if not by.has_perm("groups.merge_member") or visible.count() != len(ids):
        raise NotAllowed("Tài khoản này không quyết định được về hai người này.")
    return visible


@transaction.atomic
def tell_apart(first: Member, second: Member, *, by: User) -> DistinctPair:
    """Two people who look alike: not to be offered again. Raises NotAllowed."""
    one, other = sorted((first, second), key=lambda member: member.pk)
    _visible_pair(by, one.pk, other.pk)
    pair, is_new = DistinctPair.objects.get_or_create(
        first=one, second=other, defaults={"decided_by": by}
    )
    if is_new:
        audit.record("member.told_apart", by=by, target=one, commune=one.hamlet.commune)
    return pair


@transaction.atomic
def ask_again(pair: DistinctPair, *, by: User) -> None:
    """Two people who were told apart by mistake: to be offered anew. Raises NotAllowed."""
    visible = _visible_pair(by, pair.first_id, pair.second_id)
    if DistinctPair.objects.filter(pk=pair.pk).delete()[0]:
        one = visible.select_related("hamlet__commune").get(pk=pair.first_id)
        audit.record("member.asked_again", by=by, target=one, commune=one.hamlet.commune)
