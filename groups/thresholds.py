"""When the people have agreed: the shares of all households that the law asks for, in words.

Luật 10/2022/QH15: matters that people settle among themselves need more than half of all
households, those of clauses 1 and 2 of article 15 two thirds; of all, not of those present.
"""

from dataclasses import dataclass
from datetime import date

from groups.models import ConsultationMeeting, Regulation

Matter = ConsultationMeeting.Matter
NOTICE_DAYS = 2
CLUSTERS_FROM = 200


def needed(total: int, matter: str) -> int:
    """How many must agree: more than half, or at least two thirds."""
    return -(-2 * total // 3) if matter == Matter.WEIGHTY else total // 2 + 1


def said(number: int) -> str:
    return f"{number:,}".replace(",", ".")


@dataclass(frozen=True)
class Tally:
    """The yeses of one asking against all who were to be asked."""

    agree: int
    total: int
    matter: str = Matter.SELF_MANAGED
    unit: str = "hộ"

    @property
    def needed(self) -> int:
        return needed(self.total, self.matter)

    @property
    def passes(self) -> bool:
        return self.total > 0 and self.agree >= self.needed

    @property
    def sentence(self) -> str:
        if not self.total:
            return f"Hãy ghi tổng số {self.unit} để tính số cần đồng ý."
        verdict = "đạt" if self.passes else f"còn thiếu {said(self.needed - self.agree)}"
        return (
            f"Cần ít nhất {said(self.needed)}/{said(self.total)} {self.unit} đồng ý; "
            f"hiện {said(self.agree)}: {verdict}."
        )


def tally(meeting: ConsultationMeeting) -> Tally:
    """The result of one meeting; on the level of the commune bodies are counted."""
    unit = "đơn vị" if meeting.is_of_commune else "hộ"
    return Tally(meeting.agree, meeting.households, meeting.matter, unit)


def warnings(meeting: ConsultationMeeting, *, clusters: int, today: date) -> list[str]:
    """What whoever reads the minutes should look at again."""
    found = []
    days = (meeting.held_on - meeting.notice_on).days if meeting.notice_on else None
    if days is None:
        found.append("Chưa ghi ngày báo họp; phải báo trước ít nhất 2 ngày.")
    elif days < NOTICE_DAYS:
        found.append(f"Chỉ báo họp trước {days} ngày; phải báo trước ít nhất 2 ngày.")
    if meeting.held_on > today and meeting.represented:
        found.append("Ngày họp chưa tới mà đã có kết quả.")
    if meeting.represented > meeting.households:
        found.append("Số có mặt nhiều hơn tổng số.")
    hamlet = meeting.hamlet if meeting.team_id is None else None
    if hamlet is not None and hamlet.households and hamlet.households != meeting.households:
        found.append(
            f"Ấp đang ghi {said(hamlet.households)} hộ, biên bản ghi {said(meeting.households)} hộ."
        )
    if clusters and meeting.households < CLUSTERS_FROM:
        found.append("Ấp dưới 200 hộ thì họp chung, không họp theo cụm.")
    if meeting.represented and not (meeting.minutes_file or meeting.minutes.strip()):
        found.append("Chưa có biên bản: hãy ghi kết luận hoặc kèm tệp.")
    return found


@dataclass(frozen=True)
class Outcome:
    """What all meetings about a version come to."""

    tally: Tally | None
    decided_on: date | None
    commune_meeting: ConsultationMeeting | None
    needs: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        return not self.needs


def outcome(regulation: Regulation) -> Outcome:
    """Whether a version may be called agreed, by its meetings, and what is missing.

    A hamlet agrees in one meeting, or in those of its teams taken together; before that the bodies
    of the commune were asked (founding letter, 2.3).
    """
    held = list(regulation.meetings.select_related("hamlet", "team").order_by("-held_on", "-pk"))
    first = (
        ConsultationMeeting.objects.of_commune(regulation.home_commune)
        .of_commune_level()
        .filter(represented__gt=0)
        .order_by("held_on", "pk")
        .first()
    )
    if regulation.hamlet_id is None:
        counted, decided_on = _best([m for m in held if m.is_of_commune])
        if counted is None:
            return Outcome(None, None, first, ("Chưa ghi cuộc họp cấp xã về quy chế này.",))
    else:
        counted, decided_on = _best([m for m in held if m.hamlet_id and not m.team_id])
        if counted is None or not counted.passes:
            by_teams, last = _of_teams(regulation, [m for m in held if m.team_id])
            if by_teams is not None and (counted is None or by_teams.agree > counted.agree):
                counted, decided_on = by_teams, last
        if counted is None:
            return Outcome(None, None, first, ("Chưa ghi cuộc họp lấy ý kiến của ấp, của tổ.",))
    needs = [] if counted.passes else [counted.sentence]
    if first is None:
        needs.append("Chưa ghi cuộc họp cấp xã lấy ý kiến các ban, ngành, đoàn thể, các ấp.")
    elif decided_on is not None and first.held_on > decided_on:
        needs.append("Cuộc họp cấp xã phải diễn ra trước cuộc họp của ấp.")
    return Outcome(counted, decided_on, first, tuple(needs))


def _best(meetings: list[ConsultationMeeting]) -> tuple[Tally | None, date | None]:
    """The latest meeting that passes, else the latest."""
    passing = next((m for m in meetings if tally(m).passes), None)
    chosen = passing or next(iter(meetings), None)
    return (tally(chosen), chosen.held_on) if chosen else (None, None)


def _of_teams(
    regulation: Regulation, meetings: list[ConsultationMeeting]
) -> tuple[Tally | None, date | None]:
    """The last meeting of each team, against all households of the hamlet."""
    latest: dict[int, ConsultationMeeting] = {}
    for meeting in meetings:
        latest.setdefault(meeting.team_id or 0, meeting)
    if not latest or regulation.hamlet is None:
        return None, None
    asked = sum(meeting.households for meeting in latest.values())
    matters = {meeting.matter for meeting in latest.values()}
    counted = Tally(
        sum(meeting.agree for meeting in latest.values()),
        max(asked, regulation.hamlet.households),
        Matter.WEIGHTY if Matter.WEIGHTY in matters else Matter.SELF_MANAGED,
    )
    return counted, max(meeting.held_on for meeting in latest.values())
