"""The page for the Party Committee and the Front: the whole commune, as people outside see it."""

from collections.abc import Sequence

from accounts.models import User
from oversight.dashboards import answers
from oversight.dashboards.desk import Answer, Desk
from oversight.dashboards.doors import PARTY
from oversight.dashboards.shell import Made, page, workbook
from oversight.scopes import whole_commune


def _answers(desk: Desk) -> Sequence[Answer]:
    return (
        answers.households(desk),
        answers.process(desk, "Các ấp, khu phố đã bàn bạc, thống nhất đến đâu?"),
        answers.posts(desk),
        answers.tips_for_others(desk),
        answers.questions(desk),
        answers.direction(desk),
    )


def _commune(reader: User) -> Made:
    scope = whole_commune(reader.commune, reader=reader)  # type: ignore[arg-type]  # asked by the page
    return "Mô hình “Zalo kết nối bình yên”", str(scope.commune), scope, _answers


view = page(PARTY, _commune)
take = workbook(PARTY, _commune)
