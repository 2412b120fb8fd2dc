"""Demo of the library: a draft under way, one to publish, questions."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts import demo
from accounts.demo import Place
from accounts.models import User
from procedures.asking import services as asking
from procedures.asking.services import Plan
from procedures.editions import services
from procedures.editions.content import content_of
from procedures.editions.services import keeps_library
from procedures.library.loading import load
from procedures.models import Edition, Question
from procedures.searching.services import Hit

_DRAFTED: Final = "cap-lai-the-can-cuoc"
_TO_PUBLISH: Final = "thong-bao-luu-tru"
# Words, days ago; asked in the chat or on the page and not answered yet.
_ASKED: Final = (
    ("doi bang lai xe o dau vay", 1),
    ("lam giay to nha dat co can xac nhan gi khong", 2),
    ("đổi bằng lái xe ở đâu vậy", 4),
    ("Doi bang lai xe o dau vay?", 6),
    ("nhập hộ khẩu cho cháu ngoại được không ạ", 5),
    ("giấy xác nhận độc thân xin ở đâu", 9),
)


def _make(place: Place) -> None:
    """The chief rewrites one procedure, and another waits for the deputy to publish it."""
    load()
    chief = place.users["truong.congan"]
    if keeps_library(chief):
        _rewrite(chief)
    today = timezone.localdate(place.now)
    for words, days in _ASKED:
        asking.log(
            place.commune, words, Question.Channel.CHAT, Plan(Question.Outcome.UNANSWERED),
            on=today - timedelta(days=days),
        )  # fmt: skip
    sendable = Edition.objects.sendable(today).select_related("procedure")
    answered = sendable.filter(procedure__slug="dang-ky-tam-tru").first()
    if answered is not None:
        asking.log(
            place.commune, "em o tro can dang ky tam tru", Question.Channel.CHAT,
            Plan(Question.Outcome.ANSWERED, (Hit(answered.procedure, answered, 1.0),)),
            on=today - timedelta(days=1),
        )  # fmt: skip


def _rewrite(chief: User) -> None:
    draft = _at_hand(_DRAFTED)
    remark = "Đã gọi hỏi Phòng Cảnh sát quản lý hành chính, chờ văn bản trả lời."
    services.edit(draft, content_of(draft) | {"review_note": remark}, by=chief)
    former = _at_hand(_TO_PUBLISH)
    made = services.draft_from(former, by=chief)
    content = content_of(former) | {
        "how": "Gọi điện cho trực ban, nhắn Zalo cho cán bộ phụ trách ấp, hoặc làm trên VNeID."
    }
    services.edit(made, content, by=chief)
    services.check(
        made, by=chief, with_what="Luật Cư trú, Điều 30", confidence=Edition.Confidence.HIGH
    )


def _at_hand(slug: str) -> Edition:
    rows = Edition.objects.with_parts().filter(procedure__slug=slug)
    return rows.exclude(status=Edition.Status.SUPERSEDED).order_by("-number")[0]


def register_part() -> None:
    """Called when the app is ready."""
    demo.register(
        "procedures",
        demo.DemoPart(_make, "Thủ tục: “Thông báo lưu trú” có bản mới chờ Phó Công an xã công bố."),
    )
