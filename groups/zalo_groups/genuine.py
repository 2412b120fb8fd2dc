"""A group on the public page of genuine groups: put there by two persons, taken off by one.

The page shows what was confirmed (`genuine_name`, `genuine_link`), whatever the row says since.
"""

from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from accounts.models import ChangeProposal, User
from accounts.second_person import services as second_person
from accounts.second_person.rows import register_rows, values_of
from accounts.second_person.table import is_guarded
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from groups.zalo_groups.models import ZaloGroup

KIND: Final = "group_genuine"
FIELDS: Final = ("genuine_name", "genuine_link", "is_link_public")
CHANGES: Final = "groups.change_zalogroup"

register_rows(
    KIND,
    "group.genuine_changed",
    lambda user: Q(object_id__in=ZaloGroup.objects.visible_to(user).values("pk")),
)


def is_behind(group: ZaloGroup) -> bool:
    """Whether the page says something else of the group than its row."""
    return (group.genuine_name, group.genuine_link) != (group.name, group.link)


@transaction.atomic
def put_on_page(group: ZaloGroup, *, by: User, is_link_public: bool) -> ChangeProposal | None:
    """Ask a second person to have the group on the page as it is named now. Raises NotAllowed.

    Before the commune has a chief it is there at once, and nothing is returned.
    """
    lock_for(group, by, permission=CHANGES, unless=ZaloGroup.Status.CLOSED)
    if is_link_public and not group.may_invite:
        raise NotAllowed("Nhóm chưa có liên kết dùng được nên chưa công khai được.")
    values = (group.name, group.link, is_link_public)
    new: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    old = values_of(group, FIELDS)
    if new == old:
        raise NotAllowed("Trang “Nhóm chính thức” đã ghi nhóm đúng như vậy.")
    commune = group.home_commune
    if is_guarded(commune):
        return second_person.propose(KIND, group, new, by=by, commune=commune, old=old)
    for name, value in new.items():
        setattr(group, name, value)
    group.save(update_fields=list(FIELDS))
    record(group, "genuine_changed", by=by, fields=sorted(FIELDS))
    return None


def follow(group: ZaloGroup, *, by: User) -> None:
    """Ask for the page to follow the row, unless it does or somebody has asked already."""
    waiting = ChangeProposal.objects.open().about(group).filter(kind=KIND)
    if is_behind(group) and not waiting.exists():
        put_on_page(group, by=by, is_link_public=group.is_link_public and group.may_invite)


@transaction.atomic
def take_off(group: ZaloGroup, *, by: User, link_alone: bool = False) -> None:
    """Take the group, or its link alone, off the page at once. Raises NotAllowed."""
    lock_for(group, by, permission=CHANGES)
    group.is_link_public = False
    if not link_alone:
        group.genuine_name = group.genuine_link = ""
    group.save(update_fields=list(FIELDS))
    record(group, "link_withheld" if link_alone else "genuine_ended", by=by)
