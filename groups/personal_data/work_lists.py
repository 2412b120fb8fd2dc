"""Work lists about people and their data for the home page."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts.models import Holiday
from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later, Number, many
from accounts.scoped_admin.work_lists import (
    Level,
    WorkItem,
    WorkList,
    by_day,
    short_list,
    work_list,
)
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
        key=subject_of(row),
        due_at=by_day(row.next_due),
    )


@work_list(permission="groups.settle_datarequest")
def requests_to_settle(user: Any, now: datetime) -> Any:
    """Open requests about personal data, those past their day first."""
    today = now.date()

    def waiting() -> Any:
        rows = DataRequest.objects.visible_to(user).open().with_next_due()
        return rows.select_related("hamlet")

    return short_list(
        "Yêu cầu về dữ liệu",
        waiting,
        lambda row: _request_item(row, today),
        url=f"{reverse('admin:groups_datarequest_changelist')}?han=mo",
        verb="Giải quyết",
    )


@work_list(permission="groups.add_consentrecord")
def people_without_consent(user: Any, now: datetime) -> Asking[WorkList | None]:
    """How many people on the lists of this account have agreed to nothing yet."""
    if user.commune_id is None:
        return None

    def notices() -> Any:
        rows = ConsentNotice.objects.visible_to(user).of_membership()
        return rows.filter(valid_from__lte=now.date()).values("pk")[:1]

    def people() -> Number:
        rows = Member.objects.visible_to(user).active()
        return Number(rows.filter(consent_basis=Member.Consent.NONE))

    there, count = yield [Later("consent notices", notices), Later("without consent", people)]
    if not there:
        return _no_notice(user)
    if not count:
        return None
    people_list = reverse("admin:groups_member_changelist")
    item = WorkItem(
        f"{many(count)} người chưa có sự đồng ý",
        f"{people_list}?consent_basis__exact=none&status__exact=active",
        "Chọn những người đã ký cùng một giấy rồi ghi một lần.",
    )
    return WorkList(
        "Sự đồng ý của người dân", [item], count, verb="Ghi sự đồng ý", level=Level.SHIFT
    )


@work_list(permission="groups.change_member")
def people_out_of_groups(user: Any, now: datetime) -> Asking[WorkList | None]:
    """People who left every group are asked once; noted as gone, their data ends with its time."""
    if user.commune_id is None:
        return None

    def people() -> Number:
        return Number(Member.objects.visible_to(user).out_of_groups())

    count = yield Later("out of groups", people)
    if not count:
        return None
    item = WorkItem(
        f"{many(count)} người đã rời mọi nhóm",
        f"{reverse('admin:groups_member_changelist')}?nhom=roi",
        "Hỏi lại: còn muốn nhận tin thì mời vào nhóm, không thì ghi thôi tham gia.",
    )
    return WorkList("Người đã rời nhóm", [item], count, verb="Xem danh sách", level=Level.SHIFT)


def _no_notice(user: Any) -> WorkList | None:
    if not user.has_perm("groups.add_consentnotice"):
        return None
    item = WorkItem(
        "Lập bản thông báo đầu tiên",
        reverse("admin:groups_consentnotice_add"),
        "Chưa có bản nào thì chưa ghi được sự đồng ý của người dân.",
        is_urgent=True,
    )
    return WorkList("Sự đồng ý của người dân", [item], 1, verb="Lập bản thông báo")


@work_list(permission="accounts.add_holiday")
def days_off_of_next_year(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Without days off the clocks of the new year would count wrong."""
    if now.month < CALENDAR_MONTH:
        return None
    year = now.year + 1
    days = yield Holiday.objects.filter(day__year=year).order_by("-is_provisional", "pk")[:1]
    if days and not days[0].is_provisional:
        return None
    address = reverse("admin:accounts_holiday_changelist")
    remark = (
        "Đang là ngày tính trước. Sửa lại theo thông báo của Nhà nước."
        if days
        else "Chưa có ngày nào: hạn theo ngày làm việc sẽ tính sai."
    )
    item = WorkItem(f"Lịch nghỉ năm {year}", address, remark)
    return WorkList("Lịch nghỉ lễ, làm bù", [item], 1, verb="Sửa lịch nghỉ", level=Level.SHIFT)
