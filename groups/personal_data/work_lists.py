"""Work lists about people and their data for the home page."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts.models import Holiday
from accounts.scoped_admin.work_lists import WorkItem, WorkList, short_list, work_list
from groups.personal_data import services as personal_data
from groups.personal_data.models import DataRequest
from groups.residents.consent.models import ConsentNotice
from groups.residents.models import Member

# From this month on the calendar of the next year should be there.
CALENDAR_MONTH = 11


def _request_item(row: DataRequest, today: date) -> WorkItem:
    place = f"{row.hamlet}. " if row.hamlet else ""
    clock = personal_data.clock_in_words(row, today)
    return WorkItem(
        f"{row.get_kind_display()}: {row.person_name}",
        reverse("admin:groups_datarequest_change", args=[row.pk]),
        f"{place}{clock}.",
        is_urgent=row.next_due <= today,
    )


@work_list(permission="groups.settle_datarequest")
def requests_to_settle(user: Any, now: datetime) -> WorkList | None:
    """Open requests about personal data, those past their day first."""
    today = now.date()
    waiting = DataRequest.objects.visible_to(user).open().with_next_due()
    found = short_list(
        "Yêu cầu về dữ liệu",
        waiting.select_related("hamlet"),
        lambda row: _request_item(row, today),
        url=f"{reverse('admin:groups_datarequest_changelist')}?han=mo",
        icon="privacy_tip",
        order=30,
    )
    if found is not None and (late := waiting.overdue(today).count()):
        return replace(found, title=f"{found.title}, {late} quá hạn")
    return found


@work_list
def people_without_consent(user: Any, now: datetime) -> WorkList | None:
    """How many people on the lists of this account have agreed to nothing yet."""
    if not user.has_perm("groups.add_consentrecord") or user.commune_id is None:
        return None
    notices = (
        ConsentNotice.objects.visible_to(user).of_membership().filter(valid_from__lte=now.date())
    )
    if not notices.exists():
        return _no_notice(user)
    people = Member.objects.visible_to(user).active().filter(consent_basis=Member.Consent.NONE)
    count = people.count()
    if not count:
        return None
    people_list = reverse("admin:groups_member_changelist")
    item = WorkItem(
        f"{count} người chưa có sự đồng ý",
        f"{people_list}?consent_basis__exact=none&status__exact=active",
        "Chọn những người đã ký cùng một giấy rồi ghi một lần.",
    )
    return WorkList("Sự đồng ý của người dân", [item], count, icon="fact_check", order=76)


@work_list
def people_out_of_groups(user: Any, now: datetime) -> WorkList | None:
    """People who left every group are asked once; noted as gone, their data ends with its time."""
    if not user.has_perm("groups.change_member") or user.commune_id is None:
        return None
    count = Member.objects.visible_to(user).out_of_groups().count()
    if not count:
        return None
    item = WorkItem(
        f"{count} người đã rời mọi nhóm",
        f"{reverse('admin:groups_member_changelist')}?nhom=roi",
        "Hỏi lại: còn muốn nhận tin thì mời vào nhóm, không thì ghi thôi tham gia.",
    )
    return WorkList("Người đã rời nhóm", [item], count, icon="group_remove", order=77)


def _no_notice(user: Any) -> WorkList | None:
    if not user.has_perm("groups.add_consentnotice"):
        return None
    item = WorkItem(
        "Lập bản thông báo đầu tiên",
        reverse("admin:groups_consentnotice_add"),
        "Chưa có bản nào thì chưa ghi được sự đồng ý của người dân.",
        is_urgent=True,
    )
    return WorkList("Sự đồng ý của người dân", [item], 1, icon="fact_check", order=31)


@work_list
def days_off_of_next_year(user: Any, now: datetime) -> WorkList | None:
    """Without days off the clocks of the new year would count wrong."""
    if not user.has_perm("accounts.add_holiday") or now.month < CALENDAR_MONTH:
        return None
    year = now.year + 1
    days = Holiday.objects.filter(day__year=year)
    if days.exists() and not days.filter(is_provisional=True).exists():
        return None
    address = reverse("admin:accounts_holiday_changelist")
    remark = (
        "Đang là ngày tính trước. Sửa lại theo thông báo của Nhà nước."
        if days.exists()
        else "Chưa có ngày nào: hạn theo ngày làm việc sẽ tính sai."
    )
    item = WorkItem(f"Lịch nghỉ năm {year}", address, remark)
    return WorkList("Lịch nghỉ lễ, làm bù", [item], 1, icon="event_busy", order=78)
