"""Steps of a tip that need no page of their own: a button, perhaps with a box of text."""

from typing import Any

from accounts.models import User
from accounts.step_pages.declaration import Step, StepForm, text_form
from reports.tips.models import TipReport
from reports.tips.services import is_worker
from reports.triage import duplicates, finishing, operations
from reports.vault import retention as vault_retention
from reports.work import answers, closing
from reports.work import services as work

Status = TipReport.Status
SORTS, HOLDS = "reports.triage_tipreport", "reports.hold_tipreport"
EMPTY_IT = "Đúng, xóa nội dung"


class TipStep(Step):
    """A step of a tip that still has its content."""

    def is_offered(self, row: TipReport, user: Any) -> bool:
        return row.emptied_at is None and super().is_offered(row, user)


def works(tip: TipReport, user: User) -> bool:
    return user.has_perm("reports.work_tipreport") and is_worker(user, tip)


def ends(tip: TipReport, user: User) -> bool:
    return user.has_perm("reports.close_tipreport") and is_worker(user, tip)


def _empties(tip: TipReport, user: User) -> bool:
    return user.has_perm(SORTS) and is_worker(user, tip) and not tip.is_held


def _may_hand_back(tip: TipReport, user: User) -> bool:
    is_giver = user.has_perm("reports.assign_tipreport")
    return tip.owner_id is not None and (tip.owner_id == user.pk or is_giver)


def _is_in_group(tip: TipReport, user: User) -> bool:
    return tip.exposure == TipReport.Exposure.PUBLIC_IN_GROUP and tip.removed_at is None


def _words(label: str, missing: str) -> type[StepForm]:
    return text_form(label, name="words", rows=3, longest=20_000, missing=f"Hãy ghi {missing}.")


def _divert(label: str, kind: str) -> TipStep:
    return TipStep(
        label, "Đã ghi lần hướng dẫn. Nội dung phản ánh đã xóa.",
        lambda tip, by, data: operations.divert(tip, kind=kind),
        _empties, tone="danger", button=EMPTY_IT, is_rare=True,
        hint="Cổng chỉ giữ ngày, cách nhận và loại đơn. Lời kể, ảnh, người báo tin xóa hết và "
        "không lấy lại được. Người báo tin thấy nơi nộp đơn khi mở mã biên nhận.",
    )  # fmt: skip


STEPS = {
    "nhan": TipStep(
        "Nhận làm", "Bạn là người phụ trách phản ánh này.",
        lambda tip, by, data: work.assign(tip, to=by, by=by),
        lambda tip, user: tip.owner_id is None and works(tip, user),
        states=(Status.TRIAGED,), tone="primary",
    ),
    "bat-dau": TipStep(
        "Bắt đầu xác minh", "Đã ghi: bắt đầu xác minh.",
        lambda tip, by, data: work.start(tip, by=by),
        lambda tip, user: tip.owner_id is not None and works(tip, user),
        states=(Status.TRIAGED,), tone="primary",
    ),
    "dong": TipStep(
        "Đóng phản ánh", "Đã đóng phản ánh.", lambda tip, by, data: closing.close(tip, by=by),
        ends, states=(Status.TOLD,), tone="primary",
    ),
    "hoan-tac": TipStep(
        "Hoàn tác (trong 10 phút)", "Đã hoàn tác: phản ánh trở về đang xác minh.",
        lambda tip, by, data: finishing.undo(tip, by=by),
        lambda tip, user: finishing.may_undo(tip, user) and works(tip, user),
        states=(Status.CLOSED,),  # not where the button stood that closed it
        hint="Lời đã tới người báo tin thì không rút lại được.",
    ),
    "ghi-viec": TipStep(
        "Ghi việc đã làm", "Đã ghi việc đã làm.",
        lambda tip, by, data: work.add_note(tip, by=by, text=data["words"]),
        lambda tip, user: tip.is_open and works(tip, user),
        _words("Đã làm gì (người báo tin không thấy dòng này)", "việc đã làm"),
    ),
    "da-doc": TipStep(
        "Đã đọc lời mới", "Đã ghi là đã đọc.",
        lambda tip, by, data: answers.mark_read(tip, by=by),
        lambda tip, user: tip.has_unread and is_worker(user, tip),
        permission="reports.read_sealed_words",
    ),
    "tra-lai": TipStep(
        "Trả lại để giao lại", "Đã trả lại. Phản ánh chờ giao người khác.",
        lambda tip, by, data: work.hand_back(tip, by=by, reason=data["words"]),
        _may_hand_back, _words("Vì sao trả lại", "lý do trả lại"),
        states=(Status.NEW, Status.TRIAGED, Status.IN_PROGRESS),
    ),
    "mo-lai": TipStep(
        "Mở lại", "Đã mở lại, tiếp tục xác minh.",
        lambda tip, by, data: closing.reopen(tip, by=by, reason=data["words"]),
        lambda tip, user: tip.duplicate_of_id is None and works(tip, user),
        _words("Vì sao mở lại", "lý do mở lại"), states=TipReport.WITH_OUTCOME,
        hint="Phản ánh trở về “Đang xác minh”. Kết quả cũ nằm trong quá trình xử lý.",
    ),
    "go-trung": TipStep(
        "Gỡ khỏi phản ánh chính", "Đã gỡ. Phản ánh được làm riêng như trước.",
        lambda tip, by, data: duplicates.unlink(tip, by=by),
        lambda tip, user: tip.duplicate_of_id is not None, permission=SORTS,
    ),
    "nhac-go": TipStep(
        "Đã nhắc gỡ tin", "Đã ghi: đã nhắc người đăng gỡ tin.",
        lambda tip, by, data: work.ask_removal(tip, by=by), _is_in_group,
    ),
    "da-go": TipStep(
        "Tin trong nhóm đã gỡ", "Đã ghi: tin trong nhóm đã gỡ.",
        lambda tip, by, data: work.note_removed(tip, by=by), _is_in_group,
    ),
    "giu": TipStep(
        "Giữ lại, không xóa theo hạn", "Đã giữ lại.",
        lambda tip, by, data: vault_retention.put_on_hold(tip, by=by, reason=data["words"]),
        lambda tip, user: not tip.is_held, _words("Vì sao giữ lại", "lý do giữ lại"),
        permission=HOLDS,
    ),
    "thoi-giu": TipStep(
        "Thôi giữ lại", "Đã thôi giữ.",
        lambda tip, by, data: vault_retention.release(tip, by=by, reason=data["words"]),
        lambda tip, user: tip.is_held, _words("Vì sao thôi giữ", "lý do thôi giữ lại"),
        permission=HOLDS,
    ),
    "don-to-cao": _divert("Đây là đơn tố cáo: hướng dẫn và xóa nội dung", "denunciation"),
    "don-khieu-nai": _divert("Đây là đơn khiếu nại: hướng dẫn và xóa nội dung", "complaint"),
    "ban-giao": TipStep(
        "Liên quan an ninh quốc gia: đã nhận, đã bàn giao",
        "Đã ghi một dòng: đã nhận, đã bàn giao.",
        lambda tip, by, data: operations.hand_over_secretly(tip),
        _empties, tone="danger", button=EMPTY_IT, is_rare=True,
        hint="Hãy báo cáo theo đường riêng trước. Bấm nút này, cổng xóa hết nội dung và chỉ giữ "
        "một dòng: đã nhận, đã bàn giao, lúc nào, ai ghi.",
    ),
}  # fmt: skip
