"""How a rule of the clocks is changed: by a new version from a day to come, never by editing."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.workflow.services import sees
from reports.models import ClockRule
from reports.services.errors import NotAllowed

# What a new version takes over; a clock stays what it is, only its length and its basis change.
TAKEN_OVER = (
    "code", "name", "stage", "kinds", "for_grave", "for_remote", "unit", "starts_from",
    "may_pause", "may_extend", "is_legal",
)  # fmt: skip


def check(
    rule: ClockRule, *, by: User, amount: int, valid_from: date, legal_basis: str = ""
) -> None:
    """Whether this account may change the rule like that. Raises NotAllowed with the reason."""
    if not by.has_perm("reports.add_clockrule"):
        raise NotAllowed("Tài khoản này không có quyền đổi thời hạn xử lý.")
    if not sees(by, rule):
        raise NotAllowed("Thời hạn này thuộc xã khác.")
    if valid_from <= timezone.localdate():
        raise NotAllowed("Chọn ngày bắt đầu từ ngày mai: phản ánh đã nhận giữ thời hạn cũ.")
    if amount < 1:
        raise NotAllowed("Thời hạn phải từ 1 trở lên.")
    if rule.is_legal and not legal_basis.strip():
        raise NotAllowed("Thời hạn do luật định: hãy ghi căn cứ (số văn bản, điều, khoản).")


@transaction.atomic
def put_in_force(new: ClockRule, *, instead_of: ClockRule, by: User) -> ClockRule:
    """Save `new` (amount, reminders, first day, basis, note) as the next version of a rule.

    For the commune of the account; for all where it has none. The version before ends the day
    before, one that had not begun goes. Tips received until then keep the old one.
    Raises NotAllowed.
    """
    check(
        instead_of, by=by, amount=new.amount, valid_from=new.valid_from,
        legal_basis=new.legal_basis,
    )  # fmt: skip
    for field in TAKEN_OVER:
        setattr(new, field, getattr(instead_of, field))
    new.commune, new.valid_to = by.commune, None
    versions = ClockRule.objects.select_for_update().filter(commune=by.commune, code=new.code)
    versions.filter(valid_from__gte=new.valid_from).delete()
    for version in versions.filter(valid_to=None) | versions.filter(valid_to__gte=new.valid_from):
        version.valid_to = new.valid_from - timedelta(days=1)
        version.save(update_fields=["valid_to"])
    new.save()
    audit.record(
        "clockrule.added", by=by, target=new, commune=by.commune,
        code=new.code, amount=new.amount, unit=new.unit, valid_from=new.valid_from.isoformat(),
    )  # fmt: skip
    return new
