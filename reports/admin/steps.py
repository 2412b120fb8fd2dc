"""Steps that need no form of their own: a button, perhaps with a line of words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.models import User
from reports.admin.frame import after
from reports.models import TipReport
from reports.services import closing, duplicates, holds, single_lines, talking, working
from reports.services.errors import NotAllowed
from reports.services.steps import is_worker

Status = TipReport.Status
Act = Callable[[TipReport, User, str], Any]
May = Callable[[TipReport, User], bool]


@dataclass(frozen=True)
class Step:
    """`asks` is the label of the words that go with it; `consequence` says what it does."""

    name: str
    label: str
    act: Act
    may: May
    done: str
    asks: str = ""
    tone: str = ""
    consequence: str = ""
    is_main: bool = False


def _may(permission: str) -> May:
    return lambda tip, user: user.has_perm(f"reports.{permission}")


def works(tip: TipReport, user: User) -> bool:
    return user.has_perm("reports.work_tipreport") and is_worker(user, tip)


def ends(tip: TipReport, user: User) -> bool:
    return user.has_perm("reports.close_tipreport") and is_worker(user, tip)


def _sorts(tip: TipReport, user: User) -> bool:
    return user.has_perm("reports.triage_tipreport")


def _empties(tip: TipReport, user: User) -> bool:
    return _sorts(tip, user) and is_worker(user, tip) and not tip.is_held


def _may_hand_back(tip: TipReport, user: User) -> bool:
    is_giver = user.has_perm("reports.assign_tipreport")
    return tip.owner_id is not None and (tip.owner_id == user.pk or is_giver)


def _is_in_group(tip: TipReport) -> bool:
    return tip.exposure == TipReport.Exposure.PUBLIC_IN_GROUP


STEPS = (
    Step(
        "nhan", "Nhận làm", lambda tip, by, words: working.assign(tip, to=by, by=by),
        lambda tip, user: tip.owner_id is None and tip.status == Status.TRIAGED
        and works(tip, user),
        "Bạn là người phụ trách phản ánh này.", is_main=True,
    ),
    Step(
        "bat-dau", "Bắt đầu xác minh", lambda tip, by, words: working.start(tip, by=by),
        lambda tip, user: tip.status == Status.TRIAGED and tip.owner_id is not None
        and works(tip, user),
        "Đã ghi: bắt đầu xác minh.", is_main=True,
    ),
    Step(
        "dong", "Đóng phản ánh", lambda tip, by, words: closing.close(tip, by=by),
        lambda tip, user: tip.status == Status.TOLD and ends(tip, user),
        "Đã đóng phản ánh.", is_main=True,
    ),
    Step(
        "ghi-viec", "Ghi việc đã làm",
        lambda tip, by, words: working.add_note(tip, by=by, text=words),
        lambda tip, user: tip.is_open and works(tip, user),
        "Đã ghi việc đã làm.", asks="Đã làm gì (người báo tin không thấy dòng này)",
    ),
    Step(
        "da-doc", "Đã đọc lời mới", lambda tip, by, words: talking.mark_read(tip, by=by),
        lambda tip, user: tip.has_unread and user.has_perm("reports.read_sealed_words")
        and is_worker(user, tip),
        "Đã ghi là đã đọc.",
    ),
    Step(
        "tra-lai", "Trả lại để giao lại",
        lambda tip, by, words: working.hand_back(tip, by=by, reason=words),
        lambda tip, user: tip.status in (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS)
        and _may_hand_back(tip, user),
        "Đã trả lại. Phản ánh chờ giao người khác.", asks="Vì sao trả lại",
    ),
    Step(
        "mo-lai", "Mở lại", lambda tip, by, words: closing.reopen(tip, by=by, reason=words),
        lambda tip, user: tip.status in TipReport.WITH_OUTCOME and tip.duplicate_of_id is None
        and works(tip, user),
        "Đã mở lại, tiếp tục xác minh.", asks="Vì sao mở lại",
        consequence="Phản ánh trở về “Đang xác minh”. Kết quả cũ nằm trong quá trình xử lý.",
    ),
    Step(
        "go-trung", "Gỡ khỏi phản ánh chính", lambda tip, by, words: duplicates.unlink(tip, by=by),
        lambda tip, user: tip.duplicate_of_id is not None and _sorts(tip, user),
        "Đã gỡ. Phản ánh được làm riêng như trước.",
    ),
    Step(
        "nhac-go", "Đã nhắc gỡ tin", lambda tip, by, words: working.ask_removal(tip, by=by),
        lambda tip, user: _is_in_group(tip) and tip.removed_at is None,
        "Đã ghi: đã nhắc người đăng gỡ tin.",
    ),
    Step(
        "da-go", "Tin trong nhóm đã gỡ", lambda tip, by, words: working.note_removed(tip, by=by),
        lambda tip, user: _is_in_group(tip) and tip.removed_at is None,
        "Đã ghi: tin trong nhóm đã gỡ.",
    ),
    Step(
        "giu", "Giữ lại, không xóa theo hạn",
        lambda tip, by, words: holds.hold(tip, by=by, reason=words),
        lambda tip, user: not tip.is_held and user.has_perm("reports.hold_tipreport"),
        "Đã giữ lại.", asks="Vì sao giữ lại",
    ),
    Step(
        "thoi-giu", "Thôi giữ lại", lambda tip, by, words: holds.release(tip, by=by, reason=words),
        lambda tip, user: tip.is_held and user.has_perm("reports.hold_tipreport"),
        "Đã thôi giữ.", asks="Vì sao thôi giữ",
    ),
    Step(
        "don-to-cao", "Đây là đơn tố cáo: hướng dẫn và xóa nội dung",
        lambda tip, by, words: single_lines.divert(tip, by=by, kind="denunciation"),
        _empties, "Đã ghi lần hướng dẫn. Nội dung phản ánh đã xóa.", tone="danger",
        consequence="Cổng chỉ giữ ngày, cách nhận và loại đơn. Lời kể, ảnh, người báo tin xóa hết "
        "và không lấy lại được. Người báo tin thấy nơi nộp đơn khi mở mã biên nhận.",
    ),
    Step(
        "don-khieu-nai", "Đây là đơn khiếu nại: hướng dẫn và xóa nội dung",
        lambda tip, by, words: single_lines.divert(tip, by=by, kind="complaint"),
        _empties, "Đã ghi lần hướng dẫn. Nội dung phản ánh đã xóa.", tone="danger",
        consequence="Cổng chỉ giữ ngày, cách nhận và loại đơn. Lời kể, ảnh, người báo tin xóa hết "
        "và không lấy lại được. Người báo tin thấy nơi nộp đơn khi mở mã biên nhận.",
    ),
    Step(
        "ban-giao", "Liên quan an ninh quốc gia: đã nhận, đã bàn giao",
        lambda tip, by, words: single_lines.hand_over_secretly(tip, by=by),
        _empties, "Đã ghi một dòng: đã nhận, đã bàn giao.", tone="danger",
        consequence="Hãy báo cáo theo đường riêng trước. Bấm nút này, cổng xóa hết nội dung và chỉ "
        "giữ một dòng: đã nhận, đã bàn giao, lúc nào, ai ghi.",
    ),
)  # fmt: skip
BY_NAME = {one.name: one for one in STEPS}
SINGLE_LINES = ("don-to-cao", "don-khieu-nai", "ban-giao")


def offers(tip: TipReport, user: User) -> list[Step]:
    """The steps that this account may take now, those of the page's foot among them."""
    if tip.emptied_at is not None:
        return []
    return [one for one in STEPS if one.may(tip, user)]


@require_POST
def step(request: HttpRequest, *, site: Any, tip: TipReport, name: str) -> HttpResponse:
    """One step; the service checks person, state and words again."""
    chosen = BY_NAME.get(name)
    if chosen is None:
        raise PermissionDenied
    try:
        chosen.act(tip, request.user, request.POST.get("words", ""))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, chosen.done)
    return after(request, tip)
