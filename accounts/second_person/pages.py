"""The page of a change that takes two: from what to what, who asks, the second person's steps."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.scoped_admin.pages import try_out
from accounts.second_person import services
from accounts.second_person.kinds import kind_of
from accounts.second_person.models import ChangeProposal
from accounts.step_pages.content import Entry, RowContent
from accounts.step_pages.declaration import Step, reason_form, text_form
from accounts.step_pages.pages import StepPage
from accounts.users.models import User
from accounts.users.roles import group_names

State = ChangeProposal.State
PREFIX, VIEW = "accounts_changeproposal", "accounts.view_changeproposal"
TONES: dict[str, str] = {
    State.WAITING: "warn", State.CONFIRMED: "info", State.DONE: "good", State.REFUSED: "bad",
    State.WITHDRAWN: "", State.EXPIRED: "",
}  # fmt: skip
WAITING_TITLE = "Chờ người thứ hai"
SENT = (
    "Đã ghi đề nghị, chưa đổi gì. Phải có một người khác xác nhận: {seconds}. Người đó mở trang "
    "đầu của cổng, mục “{title}”. Hãy báo cho người đó biết; chưa xác nhận thì mọi thứ vẫn như cũ."
)


def _rows(request: HttpRequest) -> Any:
    return ChangeProposal.objects.visible_to(request.user).select_related(
        "commune", "content_type", "proposed_by", "decided_by"
    )


def _may_decide(proposal: ChangeProposal, user: Any) -> bool:
    return not services.why_not(proposal, user)


def _confirm(proposal: ChangeProposal, by: Any, data: Mapping[str, Any]) -> str:
    done = services.confirm(proposal, by=by)
    if kind_of(done).is_collected:
        return "Đã xác nhận. Khi gặp đúng người, bấm “Lấy mật khẩu tạm” ở trang này."
    if done.state == State.DONE:
        return "Đã xác nhận và đã đổi."
    return f"Đã xác nhận. Đổi từ {_moment(done.not_before)}; trước giờ đó còn dừng lại được."


STEPS = {
    "xac-nhan": Step(
        "Xác nhận", "", _confirm, _may_decide, states=(State.WAITING,), tone="primary",
        hint="Xem kỹ từng dòng “Đang là” và “Đổi thành”. Chưa chắc thì hỏi thẳng người đề nghị, "
        "bằng số điện thoại đồng chí vẫn biết.",
    ),
    "khong-doi": Step(
        "Không đổi", "Đã ghi: không đổi. Người đề nghị đọc được lý do.",
        lambda proposal, by, data: services.refuse(proposal, by=by, reason=data["text"]),
        _may_decide, text_form("Vì sao không đổi", longest=300, missing="Hãy ghi vì sao."),
        states=ChangeProposal.OPEN, tone="danger",
    ),
    "rut": Step(
        "Rút đề nghị", "Đã rút đề nghị.",
        lambda proposal, by, data: services.withdraw(proposal, by=by, **data),
        lambda proposal, user: proposal.proposed_by_id == user.pk, reason_form("Vì sao rút", 300),
        states=ChangeProposal.OPEN, tone="danger",
    ),
}  # fmt: skip


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""


def seconds_in_words(proposal: ChangeProposal) -> str:
    """The roles of which one confirms."""
    return ", ".join(group_names(proposal.seconds))


def _notes(proposal: ChangeProposal, user: Any) -> list[tuple[str, str]]:
    begins = proposal.not_before
    if proposal.state == State.CONFIRMED and begins and begins > timezone.now():
        return [("info", f"Đổi từ {_moment(begins)}. Thấy sai thì bấm “Không đổi”.")]
    if proposal.state != State.WAITING:
        return []
    if proposal.proposed_by_id == user.pk:
        others = User.objects.with_roles(proposal.seconds).exclude(pk=user.pk)
        if not others.filter(commune=proposal.commune_id, is_active=True).exists():
            return [
                ("warn", f"Chưa có tài khoản nào xác nhận được ({seconds_in_words(proposal)}).")
            ]
        return [("info", services.OWN)]
    return []


def _content(request: HttpRequest, proposal: ChangeProposal) -> RowContent:
    user: Any = request.user
    changes = tuple(
        (what, f"Đang là: {old}\nĐổi thành: {new}")
        for what, old, new in kind_of(proposal).lines(proposal)
    )
    asks, fetch = proposal.proposed_by or "Máy chủ", ()
    if _may_fetch(proposal, user):
        fetch = (("Lấy mật khẩu tạm", reverse(f"admin:{PREFIX}_fetch", args=[proposal.pk])),)
    return RowContent(
        badge=proposal.get_state_display(),
        tone=TONES[proposal.state],
        notes=tuple(_notes(proposal, user)),
        texts=(("Lý do", proposal.reason), ("Vì sao không đổi", proposal.decision_note)),
        facts=(
            *changes,
            ("Người đề nghị", f"{asks}, {_moment(proposal.proposed_at)}"),
            ("Người thứ hai", str(proposal.decided_by or f"Chờ: {seconds_in_words(proposal)}")),
            ("Hết hạn", _moment(proposal.expires_at) if proposal.state in proposal.OPEN else ""),
        ),
        exports=fetch,
        history=tuple(_history(proposal)),
    )  # fmt: skip


def _history(proposal: ChangeProposal) -> list[Entry]:
    found = [Entry(proposal.proposed_at, "Đề nghị", str(proposal.proposed_by or "Máy chủ"))]
    if proposal.decided_at:
        found.append(Entry(proposal.decided_at, "Quyết định", str(proposal.decided_by)))
    if proposal.done_at:
        found.append(Entry(proposal.done_at, "Đã đổi", ""))
    return found


def _may_fetch(proposal: ChangeProposal, user: Any) -> bool:
    is_own = proposal.decided_by_id == user.pk and proposal.state == State.CONFIRMED
    return is_own and kind_of(proposal).is_collected


def _show(request: HttpRequest, proposal: ChangeProposal) -> dict[str, Any]:
    return {"content": _content(request, proposal), "name": "đề nghị", "list_label": "Tất cả"}


PAGE = StepPage(PREFIX, VIEW, _rows, _show, STEPS, "step_pages/row.html")


def _fetch(request: HttpRequest, *, site: Any, row: ChangeProposal) -> HttpResponse:
    """Show the temporary password once, to the second person alone."""
    user: Any = request.user
    secret, refusal = try_out(lambda: services.collect(row, by=user))
    if refusal:
        messages.error(request, refusal)
        return redirect(PAGE.address(row))
    context = {
        "title": f"Mật khẩu tạm của {row.title}",
        "sentence": "Hãy đọc hoặc đưa tận tay mật khẩu này cho đúng người. Rời trang này là không "
        "xem lại được; khi đăng nhập người này phải tự đổi.",
        "secret": secret,
        "back_url": PAGE.address(row),
    }
    response = TemplateResponse(
        request, "admin/confirm_page.html", {**site.each_context(request), **context}
    )
    response["Cache-Control"] = "no-store"
    return response


MORE = {"<int:pk>/mat-khau/": (require_POST(_fetch), "fetch")}


def sent(request: HttpRequest, proposal: ChangeProposal) -> HttpResponse:
    """To the page of a new proposal; says that nothing is changed yet, and who confirms where."""
    messages.success(request, SENT.format(seconds=seconds_in_words(proposal), title=WAITING_TITLE))
    return redirect(PAGE.address(proposal))
