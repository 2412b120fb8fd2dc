"""Ways of a whole commune: the office's mailbox, the duty group, the most short messages a day."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import Commune, User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.models import Occasion
from duty.roster.models import DutySettings
from duty.services import close_occasions
from duty.ways.zalo import group_check
from duty.ways.zalo.models import DutyGroupCheck
from zalo import services as zalo
from zalo.client.errors import ZaloError
from zalo.client.types import GroupSummary

RIGHT: Final = "duty.edit_kinds_of_occasion"
MOST_PEOPLE: Final = 50
MOST_MESSAGES: Final = 1000
NOT_YOURS: Final = "Chỉ chỉ huy của xã đặt được đường báo chung."
NO_ADDRESS: Final = "Địa chỉ thư này không đúng."
NO_NUMBER: Final = f"Hãy ghi số tin từ 0 đến {MOST_MESSAGES}, của một người không hơn của cả xã."
NOT_LISTED: Final = "Không thấy nhóm này trong các nhóm của tài khoản OA. Hãy tải lại danh sách."
OF_RESIDENTS: Final = "Đây là nhóm của bà con. Báo việc không bao giờ vào nhóm của bà con."


def require_right(commune: Commune, by: User) -> None:
    """The account sets the ways of this commune. Raises NotAllowed."""
    if by.commune_id != commune.pk or not by.has_perm(RIGHT):
        raise NotAllowed(NOT_YOURS)


def _change(commune: Commune, by: User, words: str, **values: Any) -> DutySettings:
    """Write these columns and who did it. Raises NotAllowed."""
    require_right(commune, by)
    DutySettings.objects.get_or_create(commune=commune)
    row = workflow.lock_for(DutySettings.objects.get(commune=commune), by, permission=RIGHT)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    workflow.record(row, "ways_changed", by=by, after=words)
    return row


@transaction.atomic
def set_mail(commune: Commune, address: str, *, by: User) -> DutySettings:
    """The mailbox of the office, told at the last step; blank: none. Raises NotAllowed."""
    address = address.strip()
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise NotAllowed(NO_ADDRESS) from None
    return _change(commune, by, "hộp thư cơ quan", office_mail=address)


@transaction.atomic
def set_limits(commune: Commune, person_day: int, commune_day: int, *, by: User) -> DutySettings:
    """The most short messages a day, for one person and in all. Raises NotAllowed."""
    if not 0 <= person_day <= commune_day <= MOST_MESSAGES:
        raise NotAllowed(NO_NUMBER)
    words = f"tin SMS một ngày: {person_day} một người, {commune_day} cả xã"
    return _change(
        commune, by, words, sms_person_day=person_day, sms_commune_day=commune_day
    )  # fmt: skip


def groups_of(commune: Commune) -> list[GroupSummary]:
    """The groups of the account as Zalo lists them now, small ones first. Raises NotAllowed."""
    account = zalo.account_for(commune.pk)
    if account is None:
        raise NotAllowed(group_check.NO_ACCOUNT)
    try:
        found = zalo.list_groups(account)
    except ZaloError as error:
        raise NotAllowed(str(error)) from error
    return sorted(found, key=lambda one: (one.total_member, one.name))


def set_group(commune: Commune, zalo_group_id: str, *, by: User) -> DutySettings:
    """The small group of those who keep shifts; blank: none. Call outside transactions.

    Raises NotAllowed: for a group that is not the account's, of residents, or too big.
    """
    require_right(commune, by)
    name = "không đặt"
    if zalo_group_id:
        listed = {one.group_id: one for one in groups_of(commune)}
        if (found := listed.get(zalo_group_id)) is None:
            raise NotAllowed(NOT_LISTED)
        if group_check.is_of_residents(commune.pk, zalo_group_id):
            raise NotAllowed(OF_RESIDENTS)
        if found.total_member > MOST_PEOPLE:
            raise NotAllowed(
                f"Nhóm này có {found.total_member} người. Nhóm trực ban chỉ gồm người trực, nhiều "
                f"nhất {MOST_PEOPLE} người."
            )
        name = found.name
    with transaction.atomic():
        row = _change(commune, by, f"nhóm trực ban: {name}", duty_group=zalo_group_id)
        for old in DutyGroupCheck.objects.filter(commune=commune):
            close_occasions(old, group_check.KIND, because=Occasion.Ended.GONE)
            old.delete()
    return row
