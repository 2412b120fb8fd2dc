"""`/phan-anh/tra-cuu/`: progress of a tip for the holder of its receipt, and additions to it."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods

from accounts.vault.errors import NoVaultKey, VaultAway, VaultRefused
from reports.public import effort, form_tokens, pictures
from reports.public import services as public
from reports.public.behind_receipt import Behind, behind_receipt
from reports.public.demands import Purpose
from reports.public.effort import Effort
from reports.public.form_tokens import Access, CannotOpen
from reports.public.forms import LONGEST_WORDS, PlainText
from reports.public.pages import show, unseen
from reports.public.services import standing_of
from reports.tips import receipts
from reports.tips.errors import CarriesSecret, NotAllowed
from reports.tips.models import TipReport
from reports.work.models import TipMessage

Status, Disposition = TipReport.Status, TipReport.Disposition
STAGES = (
    ("Đã nhận", (Status.NEW,)),
    ("Đang xem xét", (Status.TRIAGED,)),
    ("Đang xác minh", (Status.IN_PROGRESS,)),
    ("Có kết quả", (Status.RESOLVED, Status.TOLD)),
    ("Đã đóng", (Status.CLOSED,)),
)
_STATUS_SENTENCES = {
    Status.NEW: "Công an đã nhận. Sắp tới sẽ có người xem và phân việc.",
    Status.TRIAGED: "Công an đã xem và đang phân người làm.",
    Status.IN_PROGRESS: "Công an đang xác minh.",
    Status.RESOLVED: "Đã có kết quả. Công an sẽ trả lời ở trang này.",
    Status.TOLD: "Công an đã trả lời ở bên dưới.",
    Status.CLOSED: "Chuyện này đã làm xong.",
}
_ENDED = {
    Disposition.HANDLED_HERE: "Công an đã giải quyết.",
    Disposition.INVESTIGATING_AGENCY: "Đã chuyển cơ quan điều tra để làm tiếp.",
    Disposition.OTHER_AUTHORITY: "Việc này thuộc nơi khác giải quyết. Công an đã chuyển tới đó.",
    Disposition.GUIDED: "Công an đã hướng dẫn ở bên dưới.",
    Disposition.UNFOUNDED: "Công an đã xác minh, chưa thấy có căn cứ. Báo tin là việc tốt, bà con "
    "không bị ghi nhận gì về việc này.",
    Disposition.DIVERTED: "Đây là đơn tố cáo hoặc khiếu nại, phải nộp theo cách luật định. Trang "
    "này không giữ nội dung. Bà con mang đơn tới nơi tiếp công dân của Ủy ban nhân dân.",
    Disposition.HANDED_OVER: "Công an đã nhận và đã chuyển nơi có thẩm quyền. Trang này không "
    "giữ nội dung.",
}  # fmt: skip
NO_KEY = (
    "Lúc này trang chưa nhận thêm được lời. Bà con gọi điện hoặc tới trụ sở Công an, hoặc mở lại "
    "sau."
)


@dataclass(frozen=True)
class Standing:
    """The strip of stages and the sentence under it. `at` is the place in the strip, from 0."""

    stages: tuple[tuple[str, str], ...]
    at: int
    said: str
    is_single_line: bool
    is_emptied: bool


def standing(tip: TipReport) -> Standing:
    """Return the progress of a tip; of a duplicate, that of its main tip."""
    counted = standing_of(tip)
    at = next(place for place, (_name, states) in enumerate(STAGES) if counted.status in states)
    sentence = _STATUS_SENTENCES[Status(counted.status)]
    if counted.status in {Status.TOLD, Status.CLOSED} and counted.disposition:
        sentence = _ENDED.get(Disposition(counted.disposition), sentence)
    is_single_line = tip.disposition in TipReport.EMPTY_ENDS
    return Standing(
        tuple((name, _mark(place, at)) for place, (name, _states) in enumerate(STAGES)),
        at,
        sentence,
        is_single_line,
        is_emptied=tip.emptied_at is not None and not is_single_line,
    )


def _mark(place: int, at: int) -> str:
    return "done" if place < at else "now" if place == at else "to_come"


_ONCE_LETTERS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@unseen
def answers(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt; behind it show the tip, as its reporter sees it."""
    now = timezone.now()
    if request.method != "POST":
        return _ask(request, now=now)
    if request.POST.get("cua"):
        return _inside(request, now=now)
    return _look_up(request, now=now)


def _ask(
    request: HttpRequest, *, now: datetime, refusal: str = "", sum_failed: bool = False
) -> HttpResponse:
    demand = effort.weigh(request, Purpose.RECEIPT)
    work = Effort.asked(demand, Purpose.RECEIPT, now=now)
    return show(
        request, "lookup", None, refusal=refusal,
        **effort.context_of(demand, work, now=now, failed=sum_failed),
    )  # fmt: skip


def _look_up(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Look a receipt up; one sentence for a slip, a receipt of nobody or none, all as slow."""
    demand = effort.weigh(request, Purpose.RECEIPT)
    work = Effort.sent(request.POST)
    if not effort.is_met(demand, Purpose.RECEIPT, work, request.POST, now=now):
        return _ask(request, now=now, sum_failed=True)
    effort.count(request, Purpose.RECEIPT)
    digits = receipts.normalise(request.POST.get("ma", ""))
    stretched = receipts.stretched(digits or receipts.new())
    tip = public.tip_of_stretched(stretched)
    if tip is None:
        return _ask(request, now=now, refusal="unknown")
    # Of a tip of before the vault stretches the digits itself: the row would show them.
    is_of_before = tip.receipt_hash == stretched
    receipt = (digits or "") if is_of_before else stretched
    return _tip_page(request, tip, Access(tip.uuid), receipt=receipt, now=now)


def _inside(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Act for a holder of the receipt who typed it a while ago."""
    try:
        access = form_tokens.open_door(request.POST["cua"], now=now)
        rows = TipReport.objects.select_related("commune", "hamlet", "duplicate_of")
        tip = rows.get(uuid=access.tip)
    except (CannotOpen, TipReport.DoesNotExist):
        return _ask(request, now=now, refusal="closed")
    if request.POST.get("viec") == "chua-xong":
        try:
            public.not_solved(tip, now=now)
        except NotAllowed:
            return _tip_page(request, tip, access, now=now)
        return _tip_page(request, tip, access, now=now, done="not_solved")
    if request.POST.get("viec") == "noi-them":
        return _say_more(request, tip, access, now=now)
    return _tip_page(request, tip, access, now=now)


def _say_more(
    request: HttpRequest, tip: TipReport, access: Access, *, now: datetime
) -> HttpResponse:
    again = partial(_tip_page, request, tip, access, now=now)
    field = PlainText(required=False)
    words = field.clean(request.POST.get("loi", ""))
    uploads = request.FILES.getlist("anh")
    if not words and not uploads:
        return again(refusal="Bà con viết vài chữ, hoặc chọn ảnh.")
    if len(words) > LONGEST_WORDS:
        return again(words=words, refusal="Dài quá. Bà con chia làm hai lần gửi.")
    demand = effort.weigh(request, Purpose.TIP, tip.commune)
    work = Effort.sent(request.POST)
    try:
        pictures.weigh(uploads)
        if not effort.is_met(demand, Purpose.TIP, work, request.POST, now=now):
            return again(words=words, sum_failed=True)
        files = pictures.made_anew(uploads)
        public.say_more(
            tip, words, files=files, now=now, once=request.POST.get("lan", "")[:_ONCE_LETTERS]
        )
    except pictures.PictureRefused as refused:
        effort.count(request, Purpose.TIP, tip.commune)  # opening them was work of ours
        return again(words=words, refusal=str(refused))
    except CarriesSecret:
        sealed = form_tokens.seal_door(tip.uuid, proof=access.proof, now=now)
        return show(request, "secret", tip.commune, door=sealed)
    except NoVaultKey:
        return again(words=words, refusal=NO_KEY)
    except NotAllowed as refused_by_rule:
        return again(refusal=str(refused_by_rule))
    effort.count(request, Purpose.TIP, tip.commune)
    return again(done="said")


def _tip_page(
    request: HttpRequest, tip: TipReport, access: Access, *, now: datetime, receipt: str = "",
    sum_failed: bool = False, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show a tip to its reporter; seeing the answers marks them as read."""
    demand = effort.weigh(request, Purpose.TIP, tip.commune)
    work = Effort.asked(demand, Purpose.TIP, now=now)
    behind = _behind(tip, access, receipt)
    told_with = behind.told_with if behind else []
    for one in (tip, *told_with) if behind else ():
        public.mark_answers_read(one, now=now)
    proof = behind.proof if behind else access.proof
    return show(
        request, "tip", tip.commune, tip=tip,
        door=form_tokens.seal_door(tip.uuid, proof=proof, now=now),
        standing=standing(tip), talk=_talk(tip, behind),
        others=[{"standing": standing(one), "talk": _talk(one, behind)} for one in told_with],
        is_vault_away=behind is None,
        openings=public.days_of_openings(tip, behind.reasons if behind else {}),
        may_say_more=tip.emptied_at is None, may_object=public.may_object(tip),
        has_objected=public.has_objected(tip), pictures=tip.attachments.count(),
        by_chat=tip.channel == TipReport.Channel.OA_CHAT, once=get_random_string(_ONCE_LETTERS),
        longest=LONGEST_WORDS, most=pictures.MOST, most_bytes=pictures.MOST_BYTES_TOGETHER,
        **effort.context_of(demand, work, now=now, failed=sum_failed), **more,
    )  # fmt: skip


def _behind(tip: TipReport, access: Access, receipt: str) -> Behind | None:
    """Return what the vault opens of a tip; nothing while it is away, or refuses."""
    try:
        return behind_receipt(tip, receipt=receipt, proof=access.proof)
    except (VaultAway, VaultRefused):
        return None


def _talk(tip: TipReport, behind: Behind | None) -> list[dict[str, Any]]:
    """Return the messages of both sides that the vault opened, as days and words, the newest last.

    In the order of the rows: the quarter of an hour of a reporter may lie before an answer that
    came first.
    """
    if behind is None:
        return []
    rows = tip.messages.filter(pk__in=behind.texts).order_by("pk").prefetch_related("attachments")
    return [
        {
            "is_answer": row.direction == TipMessage.Direction.OUT,
            "day": timezone.localtime(row.at),
            "text": behind.texts[row.pk],
            "signed_as": row.signed_as,
            "pictures": len(row.attachments.all()),
        }
        for row in rows
    ]
