"""Breaches of personal data: written down, contained, judged, told, remedied."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record, stored_for
from content_rules.rulebook import blocked
from groups.personal_data.breaches import occasions
from groups.personal_data.breaches.models import DataBreach

Status = DataBreach.Status
SETTLES = "groups.settle_databreach"
FACTS = ("what", "has_contacts", "has_tips", "has_location", "has_biometric", "people_count")


def clock_in_words(breach: DataBreach, now: datetime) -> str:
    """Name what is waited for and how long still, for a list and a page."""
    what = "Báo cơ quan chuyên trách" if breach.waits_for_authority else "Báo từng người dân"
    if not (breach.waits_for_authority or breach.waits_for_people):
        return "Không còn tính giờ"
    until = timezone.localtime(breach.due_at)
    if now > breach.due_at:
        return f"{what}: đã quá 72 giờ (lúc {until:%H:%M ngày %d/%m/%Y}), báo ngay"
    left = int((breach.due_at - now).total_seconds() // 3600)
    return f"{what} trước {until:%H:%M ngày %d/%m/%Y}, còn {left} giờ"


def _require_nameless(*texts: str) -> None:
    if sentences := [sentence for text in texts for sentence in blocked(text)]:
        raise NotAllowed(" ".join(dict.fromkeys(sentences)))


def _require_time(breach: DataBreach, at: datetime) -> None:
    if at > timezone.now():
        raise NotAllowed("Ngày giờ không thể ở tương lai.")
    if at < breach.found_at:
        raise NotAllowed("Ngày giờ không thể trước lúc phát hiện.")


@transaction.atomic
def write_down(breach: DataBreach, *, by: User) -> DataBreach:
    """Write down a breach; its 72 hours count from `found_at`. Raises NotAllowed."""
    if not by.has_perm("groups.add_databreach") or by.commune is None:
        raise NotAllowed("Tài khoản này không ghi được sự cố dữ liệu.")
    if breach.found_at > timezone.now():
        raise NotAllowed("Ngày giờ phát hiện không thể ở tương lai.")
    _require_nameless(breach.what)
    breach.commune, breach.recorded_by = by.commune, by
    breach.save()
    record(breach, "found", by=by)
    occasions.follow(breach)
    return breach


@transaction.atomic
def complete_facts(breach: DataBreach, *, by: User) -> DataBreach:
    """Add facts that became known later: words, kinds, how many people. Raises NotAllowed."""
    stored = stored_for(breach, by, permission=SETTLES, only=DataBreach.OPEN)
    _require_nameless(breach.what)
    changed = [name for name in FACTS if getattr(stored, name) != getattr(breach, name)]
    for name in changed:
        setattr(stored, name, getattr(breach, name))
    stored.save(update_fields=changed)
    record(stored, "facts_completed", by=by, fields=changed)
    occasions.follow(stored)
    return stored


@transaction.atomic
def contain(breach: DataBreach, *, by: User, contained: str) -> DataBreach:
    """Note the act by which it goes no further. Raises NotAllowed."""
    lock_for(breach, by, permission=SETTLES, only=DataBreach.OPEN)
    _require_nameless(contained)
    breach.contained, breach.contained_at = contained, timezone.now()
    breach.save()
    record(breach, "contained", by=by)
    return breach


@transaction.atomic
def assess(breach: DataBreach, *, by: User, is_harmful: bool, reason: str) -> DataBreach:
    """Judge, or judge again until it is told, whether it may harm anybody. Raises NotAllowed."""
    lock_for(breach, by, permission=SETTLES, only=DataBreach.UNTOLD)
    _require_nameless(reason)
    breach.status, breach.is_harmful, breach.harm_reason = Status.ASSESSED, is_harmful, reason
    breach.assessed_at, breach.assessed_by = timezone.now(), by
    breach.save()
    record(breach, "assessed", by=by, text=reason, is_harmful=is_harmful)
    occasions.follow(breach)
    return breach


@transaction.atomic
def tell(
    breach: DataBreach, *, by: User, at: datetime, how: str, is_partly: bool, late_reason: str = ""
) -> DataBreach:
    """The authority was told; in part, where more is to follow. Raises NotAllowed."""
    lock_for(breach, by, permission=SETTLES, only=Status.ASSESSED)
    _require_time(breach, at)
    _require_nameless(how, late_reason)
    if breach.is_harmful and at > breach.due_at and not late_reason.strip():
        raise NotAllowed("Đã quá 72 giờ: hãy ghi vì sao báo muộn, luật đòi nêu lý do.")
    breach.status, breach.told_at, breach.told_how = Status.TOLD, at, how
    breach.is_partly_told, breach.late_reason = is_partly, late_reason
    breach.save()
    record(breach, "told", by=by, text=late_reason, is_partly=is_partly)
    occasions.follow(breach)
    return breach


@transaction.atomic
def tell_rest(breach: DataBreach, *, by: User) -> DataBreach:
    """The rest followed that was missing when the authority was told. Raises NotAllowed."""
    lock_for(breach, by, permission=SETTLES, only=Status.TOLD)
    if not breach.is_partly_told:
        raise NotAllowed("Sự cố này đã báo đủ.")
    breach.is_partly_told = False
    breach.save()
    record(breach, "rest_told", by=by)
    return breach


@transaction.atomic
def tell_people(breach: DataBreach, *, by: User, at: datetime, how: str) -> DataBreach:
    """Each person was told, or all by a public notice. Raises NotAllowed."""
    lock_for(breach, by, permission=SETTLES, only=DataBreach.OPEN)
    _require_time(breach, at)
    _require_nameless(how)
    breach.people_told_at, breach.people_told_how = at, how
    breach.save()
    record(breach, "people_told", by=by)
    occasions.follow(breach)
    return breach


@transaction.atomic
def close(breach: DataBreach, *, by: User, remedy: str) -> DataBreach:
    """Everything that the law asks for is done. Raises NotAllowed."""
    lock_for(breach, by, permission=SETTLES, only=Status.TOLD)
    _require_nameless(remedy)
    if breach.is_partly_told:
        raise NotAllowed("Còn phần phải báo bổ sung: báo xong thì bấm “Đã báo đủ”.")
    if breach.waits_for_people:
        raise NotAllowed("Chưa báo cho từng người dân: làm xong thì bấm “Đã báo người dân”.")
    if not breach.contained:
        raise NotAllowed("Hãy ghi đã ngăn chặn thế nào trước.")
    breach.status, breach.remedy = Status.CLOSED, remedy
    breach.closed_at, breach.closed_by = timezone.now(), by
    breach.save()
    record(breach, "closed", by=by)
    occasions.follow(breach)
    return breach
