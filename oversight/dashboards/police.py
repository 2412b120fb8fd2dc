"""The page for the chief of the commune police: what needs a hand today, then all numbers."""

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import User
from broadcasts.models import Delivery
from oversight.dashboards import answers, sentences
from oversight.dashboards.desk import Answer, Desk, Need
from oversight.dashboards.doors import POLICE
from oversight.dashboards.shell import Made, page, workbook
from oversight.figures import NotListed, behind_row
from oversight.scopes import whole_commune
from reports.models import TipReport

TIPS = "admin:reports_tipreport_changelist"
DELIVERIES = "admin:broadcasts_delivery_changelist"
# The line of what was missed among those of what is posted by hand.
MISSED = 1
HAMLETS_BELOW = "#ap-khu-pho"
NOTHING_WAITS = "Hôm nay không có việc nào chờ."


def _answers(desk: Desk) -> Sequence[Answer]:
    return (
        _needs_a_hand(desk),
        answers.tips_for_police(desk),
        answers.posts(desk),
        answers.households(desk, "Mô hình đã tới bao nhiêu hộ, từng ấp đang ở đâu?"),
        answers.process(desk, "Họp, quy chế đến đâu?"),
        answers.questions(desk),
    )


def _needs_a_hand(desk: Desk) -> Answer:
    """Counts of the same rows as the lists that they lead to."""
    reader = desk.scope.reader
    tips = TipReport.objects.visible_to(reader)
    posts = Delivery.objects.visible_to(reader)
    tip_list, delivery_list = reverse(TIPS), reverse(DELIVERIES)
    missed = desk.table("hand_posting").rows[MISSED].values[0] or 0
    needs = (
        Need("Phản ánh quá hạn", tips.overdue(desk.now).count(), f"{tip_list}?viec=qua-han",
             presses=True),
        Need("Phản ánh chưa phân loại", tips.filter(status=TipReport.Status.NEW).count(),
             f"{tip_list}?viec=moi"),
        Need("Phản ánh chưa giao", tips.unassigned().count(), f"{tip_list}?viec=chua-giao"),
        Need("Lượt gửi chưa rõ đã tới nhóm chưa", posts.uncertain().count(),
             f"{delivery_list}?viec=uncertain", presses=True),
        Need("Lượt đăng tay còn chờ", posts.to_post().count(), f"{delivery_list}?viec=to_post"),
        Need(f"Lượt đăng tay bỏ lỡ, {desk.period.words}", missed, *_list_of_missed(desk)),
        Need("Ấp, khu phố chưa thống nhất quy chế", _not_agreed(desk), HAMLETS_BELOW),
    )  # fmt: skip
    text = sentences.waiting((one.label, one.count) for one in needs) or NOTHING_WAITS
    return Answer("Hôm nay việc gì cần làm ngay?", (text,), needs=needs)


def _list_of_missed(desk: Desk) -> tuple[str, str]:
    try:
        rows = desk.table("hand_posting").rows
        return behind_row("hand_posting", desk.scope, desk.period, rows[MISSED]), ""
    except NotListed as why:
        return "", str(why)


def _not_agreed(desk: Desk) -> int:
    """Issued and agreed come first among the steps."""
    return sum(row.values[0] or 0 for row in desk.table("regulations").rows[2:])


def _commune(reader: User) -> Made:
    scope = whole_commune(reader.commune, reader=reader)  # type: ignore[arg-type]  # asked by the page
    return "Số liệu của Công an xã", str(scope.commune), scope, _answers


view = page(POLICE, _commune)
take = workbook(POLICE, _commune)
