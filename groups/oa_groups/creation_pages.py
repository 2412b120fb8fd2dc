"""Making a group at Zalo, and finding one that may be there already."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import services as audit
from accounts.scoped_admin.pages import number_of, try_out
from accounts.services import NotAllowed
from groups.admin_mixins import do
from groups.oa_groups import creation
from groups.oa_groups import services as oa_groups
from groups.oa_groups.creation import USER_ID, Wanted
from groups.oa_groups.models import GroupAtZalo, GroupCreation
from groups.oa_groups.pages import back, page, switch_lines
from groups.oa_groups.services import LONGEST_NAME
from groups.places.models import Officer
from groups.zalo_groups import zalo_state
from groups.zalo_groups.models import ZaloGroup
from zalo.models import GroupAsset


class MakeForm(forms.Form):
    """Form of a new group. The capacity is that of the place."""

    name = forms.CharField(
        label=_("Tên nhóm trên Zalo"), max_length=LONGEST_NAME,
        help_text=_("1 đến 30 ký tự, có tên ấp để bà con nhận ra."),
        widget=forms.TextInput(attrs={"class": "by-input", "maxlength": LONGEST_NAME}),
    )  # fmt: skip
    description = forms.CharField(
        label=_("Mô tả"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"class": "by-input", "rows": 3}),
    )  # fmt: skip
    asset: Any = forms.ModelChoiceField(
        label=_("Gói nhóm"), queryset=None, empty_label=None, widget=forms.RadioSelect
    )
    admin: Any = forms.ModelChoiceField(
        label=_("Quản trị viên OA là thành viên đầu tiên"), queryset=None,
        help_text=_("Zalo bắt buộc có ít nhất một quản trị viên của OA trong nhóm."),
        widget=forms.Select(attrs={"class": "by-input"}),
    )  # fmt: skip
    zalo_user_id = forms.CharField(
        label=_("Mã người dùng Zalo của cán bộ này"), required=False, max_length=40,
        help_text=_(
            "Chỉ điền khi cán bộ chưa có mã trong danh sách cán bộ. Mã xem ở trang quản lý OA, "
            "không phải số điện thoại."
        ),
        widget=forms.TextInput(attrs={"class": "by-input", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, group: ZaloGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = oa_groups.free_places(group)
        field: Any = self.fields["asset"]
        field.queryset = GroupAsset.objects.filter(pk__in=[place.pk for place in self.places])
        field.label_from_instance = said_place
        officers: Any = self.fields["admin"]
        officers.queryset = (
            Officer.objects.filter(commune=group.commune_owner_id, is_active=True)
            .alias(is_unknown_at_zalo=Q(zalo_user_id=""))
            .order_by("is_unknown_at_zalo", "sort_key")
        )
        known = [officer for officer in officers.queryset if officer.zalo_user_id]
        if len(known) == 1:  # the usual case: one administrator of the account
            officers.initial = known[0]
        officers.label_from_instance = lambda officer: (
            f"{officer.full_name}{'' if officer.zalo_user_id else ' (chưa có mã Zalo)'}"
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        officer, typed = cleaned.get("admin"), cleaned.get("zalo_user_id", "").strip()
        if officer is None:
            return cleaned
        if typed and not USER_ID.match(typed):
            self.add_error("zalo_user_id", _("Mã gồm chữ số, chữ cái, không có dấu cách."))
        elif not typed and not officer.zalo_user_id:
            self.add_error("zalo_user_id", _("Cán bộ này chưa có mã người dùng Zalo. Hãy điền mã."))
        return cleaned


def said_place(asset: Any) -> str:
    day = f"đến {asset.valid_through:%d/%m/%Y}" if asset.valid_through else "chưa rõ hạn"
    renewed = "tự gia hạn" if asset.is_auto_renewed else "không tự gia hạn"
    return f"{asset.said_capacity}, {day}, {renewed}"


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """A form for a group that is not at Zalo yet; an attempt without answer stands above it."""
    if group.zalo_group_id:
        return back("at_zalo", group)
    if request.method == "POST" and request.POST.get("deed") == "places":
        do(request, lambda: oa_groups.refresh_places(group, by=request.user), "Đã xem lại gói.")
        return back("make", group)
    first = group.team or group.hamlet or group.home_commune
    named = group.name if len(group.name) <= LONGEST_NAME else f"{first}"[:LONGEST_NAME]
    form = MakeForm(request.POST or None, group=group, initial={"name": named})
    if request.method == "POST" and form.is_valid() and _make(request, group, form.cleaned_data):
        return back("at_zalo" if group.zalo_group_id else "make", group)
    unclear = group.creations.open().first()
    last = group.creations.filter(state=GroupCreation.State.REFUSED).first()
    return page(
        request, site, group, "make", "Tạo nhóm trên Zalo", form=form, unclear=unclear, last=last,
        places=form.places,
    )  # fmt: skip


def _make(request: HttpRequest, group: ZaloGroup, cleaned: dict[str, Any]) -> bool:
    officer: Officer = cleaned["admin"]
    typed = cleaned["zalo_user_id"].strip()
    try:
        if typed and typed != officer.zalo_user_id:
            _remember(officer, typed, request)
        wanted = Wanted(cleaned["asset"], cleaned["name"], officer, cleaned["description"])
        attempt = creation.create(group, wanted, by=request.user)
    except NotAllowed as refused:
        messages.error(request, str(refused))
        return False
    if attempt.state == GroupCreation.State.MADE:
        group.refresh_from_db()
        _say_made(request, attempt)
    else:
        messages.error(request, attempt.problem)
    return True


def _say_made(request: HttpRequest, attempt: GroupCreation) -> None:
    """The group is there; whether it began in safe ways is told beside it."""
    if not attempt.problem:
        ways = "Nhóm chỉ cán bộ đăng bài và duyệt người vào."
        messages.success(request, f"Zalo đã tạo nhóm. {ways} Việc tiếp theo: in tờ QR.")
        return
    messages.success(request, "Zalo đã tạo nhóm.")
    messages.warning(request, attempt.problem)


@transaction.atomic
def _remember(officer: Officer, zalo_user_id: str, request: HttpRequest) -> None:
    others = Officer.objects.filter(zalo_user_id=zalo_user_id).exclude(pk=officer.pk)
    if others.exists():
        raise NotAllowed("Mã này đã ghi cho cán bộ khác.")
    officer.zalo_user_id = zalo_user_id
    officer.save(update_fields=["zalo_user_id"])
    audit.record(
        "officer.changed", by=request.user, target=officer, commune=officer.commune,
        fields=["zalo_user_id"],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Groups of the account that the portal does not know: one may be this one."""
    if request.method == "POST":
        return _found(request, group)
    unknown, refusal = try_out(lambda: creation.unknown_groups(group, by=request.user))
    return page(
        request, site, group, "find", "Tìm nhóm trên Zalo", unknown=unknown or [], refusal=refusal,
        unclear=group.creations.open().first(),
    )  # fmt: skip


@require_POST
def _found(request: HttpRequest, group: ZaloGroup) -> HttpResponse:
    if request.POST.get("deed") == "absent":
        attempt = group.creations.open().filter(pk=number_of(request.POST.get("attempt"))).first()
        if attempt is None:
            messages.error(request, "Không có lần tạo nào còn chưa rõ.")
            return back("make", group)
        message = "Đã ghi: chưa có nhóm nào được tạo. Có thể tạo lại."
        done = do(request, lambda: creation.say_absent(attempt, by=request.user), message)
        return back("make" if done else "find", group)
    wanted = request.POST.get("group", "")
    message = "Đã nhận nhóm về cổng."
    done = do(request, lambda: creation.adopt(group, wanted, by=request.user), message)
    return back("at_zalo" if done else "find", group)


# The four switches of a group, its name and description, and the place that it stands on.


@require_http_methods(["GET", "POST"])
def switches(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Settings as Zalo has them now; saving sends only what differs."""
    if not group.zalo_group_id:
        return back("make", group)
    if request.method == "POST":
        _change(request, group)
        return back("switches", group)
    row, refusal = try_out(lambda: oa_groups.look(group, by=request.user))
    row = row or getattr(group, "at_zalo", None)
    return page(
        request, site, group, "switches", "Cài đặt nhóm", switches=switch_lines(row), row=row,
        refusal=refusal, longest=LONGEST_NAME,
    )  # fmt: skip


def _change(request: HttpRequest, group: ZaloGroup) -> None:
    row = zalo_state.row_of(group)
    wanted = {name: request.POST.get(name) == "on" for name in GroupAtZalo.SWITCHES}
    changed = {name: value for name, value in wanted.items() if value != getattr(row, name)}
    name = " ".join(request.POST.get("name", "").split())
    description = request.POST.get("description", "").strip()
    if not changed and name in ("", row.name) and description == row.description:
        messages.info(request, "Không có gì thay đổi.")
        return
    do(
        request,
        lambda: oa_groups.change(
            group,
            by=request.user,
            switches=changed,
            name=name if name not in ("", row.name) else None,
            description=description if description != row.description else None,
        ),
        "Zalo đã đổi cài đặt.",
    )


@require_POST
def safe(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Once more, what could not be set when the group was made."""
    done = "Zalo đã khóa gửi tin và bật duyệt người vào."
    do(request, lambda: oa_groups.make_safe(group, by=request.user), done)
    return back("at_zalo", group)


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """The place of the group, and the free ones that it could be put on; none is bought here."""
    if not group.zalo_group_id:
        return back("make", group)
    if request.method == "POST":
        return _switch(request, group)
    places = oa_groups.free_places(group)
    row = getattr(group, "at_zalo", None)
    return page(
        request, site, group, "place", "Gói của nhóm", row=row,
        asset=row.asset if row is not None else None,
        places=[(one.pk, said_place(one)) for one in places],
    )  # fmt: skip


def _switch(request: HttpRequest, group: ZaloGroup) -> HttpResponse:
    if request.POST.get("deed") == "places":
        do(request, lambda: oa_groups.refresh_places(group, by=request.user), "Đã xem lại gói.")
        return back("place", group)
    chosen = number_of(request.POST.get("place"))
    asset = next((one for one in oa_groups.free_places(group) if one.pk == chosen), None)
    if asset is None:
        messages.error(request, "Hãy chọn một gói còn trống.")
        return back("place", group)
    message = "Đã gắn gói mới cho nhóm."
    done = do(request, lambda: oa_groups.switch_place(group, asset, by=request.user), message)
    return back("at_zalo" if done else "place", group)
