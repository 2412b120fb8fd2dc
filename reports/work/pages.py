"""Pages of the work on a tip: assign, resolve, tell, close, refer, split, link, bar, terms."""

from datetime import datetime, time
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.scoped_admin.pages import number_of
from groups.oa_groups.pages import do
from reports.clocks import changes
from reports.tips.models import TipReport
from reports.triage import duplicates, finishing, operations, referrals
from reports.vault import conflicts
from reports.work import closing, page_frame
from reports.work import services as work
from reports.work.conversation import canned_of, seen_at
from reports.work.forms import (
    AssignForm,
    CloseNowForm,
    ConflictForm,
    ExtendForm,
    FinishForm,
    HelperForm,
    PauseForm,
    QuickForm,
    ReferForm,
    ResolveForm,
    SplitForm,
    TellForm,
)
from reports.work.models import CannedReply
from reports.work.tip_page import terms as terms_of

Stage = CannedReply.Stage
FOR_FINISH = (Stage.RESOLVED, Stage.GUIDED, Stage.UNFOUNDED)
FOR_OUTCOME = {
    "unfounded": (Stage.UNFOUNDED, Stage.RESOLVED),
    "guided": (Stage.GUIDED, Stage.RESOLVED),
    "investigating_agency": (Stage.TRANSFERRED, Stage.RESOLVED),
    "other_authority": (Stage.TRANSFERRED, Stage.RESOLVED),
}


def _bound(request: HttpRequest, action: str) -> Any:
    """Return the POST data where it is meant for this form of the page."""
    return request.POST if request.POST.get("deed") == action else None


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Choose the owner and the helpers."""
    people = work.may_be_given(tip, request.user)  # type: ignore[arg-type]
    known = {"to": tip.owner_id, "due_on": tip.owner_due_on}
    to = AssignForm(_bound(request, "assign"), people=people, prefix="to", initial=known)
    helper = HelperForm(_bound(request, "help"), people=people, prefix="help")
    if request.method == "POST":
        act: Any = None
        if to.is_bound and to.is_valid():
            seen = number_of(request.POST.get("seen")) or None
            chosen = to.cleaned_data["to"]
            act = partial(work.assign, tip, **to.cleaned_data, by=request.user, instead_of=seen)
            words = f"Đã giao {tip.code} cho {chosen}."
        elif helper.is_bound and helper.is_valid():
            act = partial(work.add_helper, tip, by=request.user, **helper.cleaned_data)
            words = "Đã thêm người phối hợp."
        elif row := tip.helpers.filter(pk=number_of(request.POST.get("remove"))).first():
            act = partial(work.remove_helper, row, by=request.user)
            words = "Đã bớt người phối hợp."
        if act is not None and do(request, act, words):
            return page_frame.after(request, tip)
    return page_frame.page(
        request, site, tip, "assign", "Giao, phối hợp", to=to, helper=helper,
        gives=request.user.has_perm("reports.assign_tipreport"),
        helpers=tip.helpers.select_related("user", "added_by"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def resolve(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Record the outcome."""
    form = ResolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(closing.resolve, tip, by=request.user, **form.cleaned_data)
        if do(request, act, "Đã ghi kết quả. Tiếp theo: thông báo người báo tin."):
            return page_frame.after(request, tip, "tell")
    return page_frame.page(request, site, tip, "resolve", "Ghi kết quả", form=form)


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Tell the reporter the outcome."""
    stages = FOR_OUTCOME.get(tip.disposition, (Stage.RESOLVED,))
    offered, picked = canned_of(request, tip, *stages)
    goes_by_chat = tip.channel == TipReport.Channel.OA_CHAT
    form = TellForm(request.POST or None, initial={"text": picked.text} if picked else {})
    if request.method == "POST" and form.is_valid():
        act = partial(closing.tell, tip, by=request.user, canned=picked, **form.cleaned_data)
        words = (
            "Đã ghi kết quả, máy gửi qua Zalo. Tới nơi mới tính là đã thông báo."
            if goes_by_chat and not form.cleaned_data["spoken"]
            else "Đã thông báo người báo tin."
        )
        if do(request, act, words):
            return page_frame.after(request, tip)
    return page_frame.page(
        request, site, tip, "tell", "Thông báo kết quả", form=form, offered=offered, picked=picked,
        duplicates=page_frame.rows(request).filter(duplicate_of=tip).count(),
        **seen_at(request, tip),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def close_now(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Close what needs no verifying."""
    offered, picked = canned_of(request, tip, Stage.GUIDED, Stage.UNFOUNDED, Stage.RESOLVED)
    form = CloseNowForm(request.POST or None, initial={"answer": picked.text} if picked else {})
    if request.method == "POST" and form.is_valid():
        act = partial(
            closing.close_unworked, tip, by=request.user, canned=picked, **form.cleaned_data
        )
        if do(request, act, "Đã đóng phản ánh."):
            return page_frame.after(request, tip)
    return page_frame.page(
        request, site, tip, "close_now", "Đóng ngay", form=form, offered=offered, picked=picked
    )


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Sort, sum up, tell and close a matter that was dealt with at once."""
    user: User = request.user  # type: ignore[assignment]
    if not finishing.may_finish(tip, user):
        refusal = finishing.why_not(tip) or "Tài khoản này không kết thúc được phản ánh này."
        messages.error(request, refusal)
        return page_frame.after(request, tip)
    offered, picked = canned_of(request, tip, *FOR_FINISH)
    picked = picked or next(iter(offered), None)
    form = FinishForm(request.POST or None, tip=tip, canned=picked)
    if request.method == "POST" and form.is_valid():
        act = partial(finishing.finish, tip, by=user, canned=picked, **form.cleaned_data)
        if do(request, act, "Đã xử lý xong và đóng. Bấm nhầm thì bấm “Hoàn tác” trong 10 phút."):
            return page_frame.after(request, tip)
    return page_frame.page(
        request, site, tip, "finish", "Xử lý xong", form=form, offered=offered, picked=picked
    )


@require_http_methods(["GET", "POST"])
def refer(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Quick notice, transfer slip, answer of the receiver."""
    waiting = tip.referrals.filter(state="handed_over").first()
    prepared = tip.referrals.filter(state="prepared").first()
    known = {"to": prepared.to, "to_whom": prepared.to_whom} if prepared else {}
    quick = QuickForm(_bound(request, "quick"), prefix="quick")
    slip = ReferForm(_bound(request, "slip"), prefix="slip", initial=known)
    if request.method == "POST":
        act: Any = None
        if quick.is_bound and quick.is_valid():
            act = partial(referrals.tell_quickly, tip, by=request.user, **quick.cleaned_data)
            words = "Đã ghi báo nhanh."
        elif slip.is_bound and slip.is_valid():
            act = partial(referrals.refer, tip, by=request.user, **slip.cleaned_data)
            words = "Đã ghi phiếu chuyển. Chờ nơi nhận trả lời."
        elif waiting is not None and "accept" in request.POST:
            act = partial(referrals.accept, waiting, by=request.user)
            words = "Đã ghi: nơi nhận đã nhận."
        elif waiting is not None and "refuse" in request.POST:
            reason = request.POST.get("reason", "")
            act = partial(referrals.refuse, waiting, by=request.user, reason=reason)
            words = "Đã ghi: nơi nhận không nhận. Phản ánh trở lại phần việc của xã."
        elif "heard" in request.POST:
            text, has_result = request.POST.get("said", ""), request.POST["heard"] == "result"
            act = partial(referrals.hear, tip, by=request.user, text=text, has_result=has_result)
            words = "Đã ghi lời nơi nhận trả lời."
        if act is not None and do(request, act, words):
            return page_frame.back("refer", tip)
    return page_frame.page(
        request, site, tip, "refer", "Chuyển cơ quan khác", quick=quick, slip=slip,
        waiting=waiting, prepared=prepared, is_to_be_asked=referrals.is_to_be_asked(tip),
        may_go=tip.status in referrals.MAY_GO, referrals=tip.referrals.select_related("by"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Make a second tip of another matter in this one."""
    form = SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[TipReport] = []
        act = partial(operations.split_off, tip, **form.cleaned_data)
        done = "Đã tách việc thứ hai. Hãy phân loại phản ánh mới."
        if do(request, lambda: made.append(act()), done):
            return page_frame.after(request, made[0])
    return page_frame.page(request, site, tip, "split", "Tách việc thứ hai", form=form)


@require_http_methods(["GET", "POST"])
def alike(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Tips that may be about the same; linked only with one that this account sees."""
    if request.method == "POST":
        code = request.POST.get("code", "").strip().upper()
        found = TipReport.objects.visible_to(request.user).of_commune(tip.commune_id)
        of = found.filter(code=code).first()
        if of is None:
            messages.error(request, "Không thấy phản ánh mang mã này.")
        elif do(
            request,
            lambda: duplicates.link(tip, of=of, by=request.user),
            f"Đã gắn trùng với {code}. Người báo vẫn xem được bằng mã biên nhận của mình.",
        ):
            return page_frame.after(request, tip)
    found = duplicates.alike(tip, by=request.user)
    return page_frame.page(request, site, tip, "alike", "Phản ánh trùng", found=found)


@require_http_methods(["GET", "POST"])
def barred(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Bar accounts that must know nothing of this tip."""
    form = ConflictForm(_bound(request, "add"), tip=tip, by=request.user)
    if request.method == "POST":
        act: Any = None
        if form.is_bound and form.is_valid():
            user = form.cleaned_data["user"]
            act = partial(conflicts.add, tip, user=user, by=request.user)
            words = f"Từ lúc này {user} không thấy phản ánh này ở bất kỳ trang nào."
        elif row := tip.conflicts.filter(pk=number_of(request.POST.get("lift"))).first():
            act, words = partial(conflicts.lift, row, by=request.user), "Đã bỏ ghi."
        if act is not None and do(request, act, words):
            return page_frame.back("conflicts", tip)
    return page_frame.page(
        request, site, tip, "conflicts", "Người không được biết", form=form,
        conflicts=tip.conflicts.select_related("user", "added_by"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The clocks and their reasons; where the rule allows, a pause or more time."""
    pause = PauseForm(_bound(request, "pause"), prefix="pause", label="Vì sao tạm dừng")
    more = ExtendForm(_bound(request, "more"), prefix="more", label="Vì sao cần thêm thời gian")
    if request.method == "POST":
        row = get_object_or_404(tip.clocks.all(), pk=number_of(request.POST.get("clock")))
        by = request.user
        act: Any = None
        if pause.is_bound and pause.is_valid():
            until = timezone.make_aware(datetime.combine(pause.cleaned_data["until"], time(7)))
            reason = pause.cleaned_data["reason"]
            act = partial(changes.pause, row, by=by, reason=reason, until=until)
            asks = changes.needs_second(row, until)
            words = "Đã gửi đề nghị, chờ chỉ huy duyệt." if asks else "Đã tạm dừng."
        elif more.is_bound and more.is_valid():
            act = partial(changes.ask_extension, row, by=by, **more.cleaned_data)
            words = "Đã gửi đề nghị gia hạn, chờ chỉ huy duyệt."
        elif "resume" in request.POST:
            act, words = partial(changes.resume, row, by=by), "Đã tính hạn tiếp."
        elif "rest" in request.POST:
            act, words = partial(changes.give_pause, row, by=by), "Đã cho tạm dừng."
        elif "unrest" in request.POST:
            reason = request.POST.get("reason", "")
            act = partial(changes.refuse_pause, row, by=by, reason=reason)
            words = "Đã ghi: không cho tạm dừng."
        elif "extend" in request.POST:
            act, words = partial(changes.extend, row, by=by), "Đã gia hạn."
        elif "refuse" in request.POST:
            reason = request.POST.get("reason", "")
            act = partial(changes.refuse_extension, row, by=by, reason=reason)
            words = "Đã ghi: không gia hạn."
        if act is not None and do(request, act, words):
            return page_frame.back("terms", tip)
    return page_frame.page(
        request, site, tip, "terms", "Thời hạn", terms=terms_of(tip), pause=pause, more=more,
        may_extend=request.user.has_perm("reports.approve_extension"),
    )  # fmt: skip
