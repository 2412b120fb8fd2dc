"""What the demo adds to the shipped library: a draft under way, one to publish, questions."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts import demo
from accounts.demo import Place
from accounts.encryption import blind_index
from accounts.models import User
from accounts.vietnamese import fold
from procedures import services
from procedures.content import content_of
from procedures.loading import load
from procedures.models import Edition, Question
from procedures.services.steps import keeps_library

_DRAFTED: Final = "cap-lai-the-can-cuoc"
_TO_PUBLISH: Final = "thong-bao-luu-tru"
# Words, days ago; asked in the chat or on the page and not answered yet.
_ASKED: Final = (
    ("doi bang lai xe o dau vay", 1),
    ("lam giay to nha dat co can xac nhan gi khong", 2),
    ("đổi bằng lái xe ở đâu vậy", 4),
    ("nhập hộ khẩu cho cháu ngoại được không ạ", 5),
)


def _make(place: Place) -> None:
    """The chief rewrites one procedure, and another waits for the deputy to publish it."""
    load()
    chief = place.users["truong.congan"]
    if keeps_library(chief):
        _rewrite(chief)
    today = timezone.localdate(place.now)
    for words, days in _ASKED:
        Question.objects.create(
            commune=place.commune,
            asked=words,
            same_as=blind_index(fold(words), purpose="questions"),
            channel=Question.Channel.CHAT,
            asked_on=today - timedelta(days=days),
        )
    answered = Edition.objects.sendable(today).filter(procedure__slug="dang-ky-tam-tru").first()
    if answered is not None:
        Question.objects.create(
            commune=place.commune,
            asked="em o tro can dang ky tam tru",
            same_as=blind_index("em o tro can dang ky tam tru", purpose="questions"),
            channel=Question.Channel.CHAT,
            asked_on=today - timedelta(days=1),
            outcome=Question.Outcome.ANSWERED,
            edition=answered,
        )


def _rewrite(chief: User) -> None:
    draft = _at_hand(_DRAFTED)
    note = "Đã gọi hỏi Phòng Cảnh sát quản lý hành chính, chờ văn bản trả lời."
    services.edit(draft, content_of(draft) | {"review_note": note}, by=chief)
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
