"""When the people have agreed: the shares of all households that the law asks for, in words.

Luật 10/2022/QH15: matters that people settle among themselves need more than half of all
households, those of clauses 1 and 2 of article 15 two thirds; of all, not of those present.
"""

from dataclasses import dataclass
from datetime import date

from groups.consultation.models import ConsultationMeeting, Regulation
from groups.places.models import Hamlet
from vietnamese.text import grouped

Matter, Form = ConsultationMeeting.Matter, ConsultationMeeting.Form
NOTICE_DAYS = 2
CLUSTERS_FROM = 200
BALLOT_TEAM = range(3, 6)


def needed(total: int, matter: str) -> int:
    """How many must agree: more than half, or at least two thirds."""
    return -(-2 * total // 3) if matter == Matter.WEIGHTY else total // 2 + 1


def said_share(part: int, total: int) -> str:
    """A percentage that is never rounded up, so that half never reads as more than half."""
    return said_tenths(part * 1000 // total)


def said_percentage(part: int, total: int) -> str:
    """A percentage as whoever works it out again has it, to the nearest tenth.

    For figures, where no law asks whether a threshold was reached.
    """
    return said_tenths(nearest(part, total, out_of=1000))


def nearest(part: int, total: int, *, out_of: int) -> int:
    """How many of so many that is; only all of them read as all, only none as none."""
    found = (2 * out_of * part + total) // (2 * total)
    return min(max(found, 1), out_of - 1) if 0 < part < total else found


def said_tenths(tenths: int) -> str:
    """Tenths of a per cent: `9,9%`, `80%`."""
    whole, tenth = divmod(tenths, 10)
    return f"{whole},{tenth}%" if tenth else f"{whole}%"


@dataclass(frozen=True)
class Tally:
    """The yeses of one asking against all who were to be asked."""

    agree: int
    total: int
    matter: str = Matter.SELF_MANAGED
    unit: str = "hộ"
    is_part: bool = False

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
        if self.is_part:
            return (
                f"{grouped(self.agree)}/{grouped(self.total)} {self.unit} đồng ý "
                f"({said_share(self.agree, self.total)}); kết quả tính chung các tổ của ấp."
            )
        verdict = "đạt" if self.passes else f"còn thiếu {grouped(self.needed - self.agree)}"
        return (
            f"Cần ít nhất {grouped(self.needed)}/{grouped(self.total)} {self.unit} đồng ý; "
            f"hiện {grouped(self.agree)} ({said_share(self.agree, self.total)}): {verdict}."
        )


def tally(meeting: ConsultationMeeting) -> Tally:
    """The result of one meeting; a team is a part of its hamlet, the commune counts bodies."""
    unit = "đơn vị" if meeting.is_of_commune else "hộ"
    part = meeting.team_id is not None
    return Tally(meeting.agree, meeting.households, meeting.matter, unit, part)


def warnings(meeting: ConsultationMeeting, *, clusters: int, today: date) -> list[str]:
    """Points in the minutes to look at again, as sentences."""
    found = _warnings_of_form(meeting) if not meeting.is_of_commune else []
    if meeting.held_on > today and meeting.represented:
        found.append("Ngày họp chưa tới mà đã có kết quả.")
    if meeting.represented > meeting.households:
        found.append("Số có mặt nhiều hơn tổng số.")
    place, name = (meeting.hamlet, "Ấp") if meeting.team_id is None else (meeting.team, "Tổ")
    if place is not None and place.households and place.households != meeting.households:
        known, minutes = grouped(place.households), grouped(meeting.households)
        found.append(f"{name} đang ghi {known} hộ, biên bản ghi {minutes} hộ.")
    if clusters and meeting.households < CLUSTERS_FROM:
        found.append("Ấp dưới 200 hộ thì họp chung, không họp theo cụm.")
    if meeting.represented and not meeting.has_minutes:
        found.append("Chưa có biên bản: hãy ghi kết luận hoặc kèm tệp.")
    return found


def _warnings_of_form(meeting: ConsultationMeeting) -> list[str]:
    """A meeting is called two days ahead; ballots and online votes are taken by a team."""
    if meeting.form != Form.MEETING:
        people = [line for line in meeting.ballot_team.splitlines() if line.strip()]
        if len(people) in BALLOT_TEAM:
            return []
        return ["Phát phiếu, biểu quyết trực tuyến phải có tổ lấy phiếu 3 đến 5 người."]
    if meeting.notice_on is None:
        return ["Chưa ghi ngày báo họp; phải báo trước ít nhất 2 ngày."]
    days = (meeting.held_on - meeting.notice_on).days
    if days < NOTICE_DAYS:
        return [f"Chỉ báo họp trước {days} ngày; phải báo trước ít nhất 2 ngày."]
    return []


@dataclass(frozen=True)
class Outcome:
    """Result of all meetings about a version."""

    tally: Tally | None
    decided_on: date | None
    commune_meeting: ConsultationMeeting | None
    needs: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        return not self.needs


@dataclass(frozen=True)
class _Counted:
    """The meetings that a decision would rest on, and their sum."""

    tally: Tally
    meetings: list[ConsultationMeeting]

    @property
    def decided_on(self) -> date:
        return max(meeting.held_on for meeting in self.meetings)

    @property
    def began_on(self) -> date:
        return min(meeting.held_on for meeting in self.meetings)

    def needs(self, hamlet: Hamlet | None) -> list[str]:
        """Reasons why these meetings do not decide yet."""
        found = [] if self.tally.passes else [self.tally.sentence]
        if self.tally.passes and hamlet is not None:
            found += _doubts_about_total(self, hamlet)
        found += [
            f"{meeting}: chưa có biên bản. Hãy ghi kết luận hoặc kèm tệp."
            for meeting in self.meetings
            if not meeting.has_minutes
        ]
        return found


def _doubts_about_total(counted: _Counted, hamlet: Hamlet) -> list[str]:
    """All households count: those of the minutes are held against those of the hamlet."""
    if not hamlet.households and counted.meetings[0].team_id is not None:
        return ["Ấp chưa ghi tổng số hộ. Hãy ghi số hộ của ấp rồi mới cộng kết quả các tổ."]
    total = Tally(counted.tally.agree, hamlet.households, counted.tally.matter)
    minutes, known = grouped(counted.tally.total), grouped(hamlet.households)
    if hamlet.households and total.agree > hamlet.households:
        return [
            f"Biên bản ghi {grouped(total.agree)} hộ đồng ý, mà ấp có {known} hộ. Hãy sửa số sai."
        ]
    if not hamlet.households or total.passes:
        return []
    return [
        f"Biên bản ghi {minutes} hộ thì đạt, nhưng ấp có {known} hộ thì chưa đạt. Hãy sửa số sai."
    ]


def outcome(regulation: Regulation) -> Outcome:
    """Whether a version may be called agreed, by its meetings, and what is missing.

    A hamlet agrees in one meeting, or in those of its teams taken together; before that the bodies
    of the commune were asked (founding letter, 2.3). What decides has minutes.
    """
    held = list(regulation.meetings.select_related("hamlet", "team"))
    first = ConsultationMeeting.objects.of_bodies(regulation.home_commune).first()
    return outcome_of(regulation, held, first)


def outcome_of(
    regulation: Regulation, meetings: list[ConsultationMeeting], first: ConsultationMeeting | None
) -> Outcome:
    """The same by meetings that were read: those of the version, and the first of the bodies."""
    held = sorted(meetings, key=lambda one: (one.held_on, one.pk), reverse=True)
    if regulation.hamlet is None:
        counted = _best([m for m in held if m.is_of_commune])
        lacking = "Chưa ghi cuộc họp cấp xã về quy chế này."
    else:
        counted = _of_hamlet(regulation.hamlet, [m for m in held if m.hamlet_id])
        lacking = "Chưa ghi cuộc họp lấy ý kiến của ấp, của tổ."
    needs = counted.needs(regulation.hamlet) if counted else [lacking]
    if first is None:
        needs.append("Chưa ghi cuộc họp cấp xã lấy ý kiến các ban, ngành, đoàn thể, các ấp.")
    elif counted is not None and first.held_on > counted.began_on:
        needs.append("Cuộc họp cấp xã phải diễn ra trước cuộc họp của ấp.")
    if counted is None:
        return Outcome(None, None, first, tuple(needs))
    return Outcome(counted.tally, counted.decided_on, first, tuple(needs))


def _held(meetings: list[ConsultationMeeting]) -> list[ConsultationMeeting]:
    """Meetings with a result; where nobody was asked yet, the planned ones."""
    return [meeting for meeting in meetings if meeting.represented] or meetings


def _says_no(meeting: ConsultationMeeting) -> bool:
    """More than half of all said no: that undoes a yes of before, which few voices do not."""
    return meeting.disagree >= needed(meeting.households, Matter.SELF_MANAGED)


def _best(meetings: list[ConsultationMeeting]) -> _Counted | None:
    """The latest meeting that decides, one way or the other, else the latest."""
    held = _held(meetings)
    deciding = next((m for m in held if tally(m).passes or _says_no(m)), None)
    chosen = deciding or next(iter(held), None)
    return _Counted(tally(chosen), [chosen]) if chosen else None


def _of_hamlet(hamlet: Hamlet, meetings: list[ConsultationMeeting]) -> _Counted | None:
    """The meeting of all, unless those of the teams say yes with more voices."""
    whole = _best([m for m in meetings if not m.team_id])
    if whole is not None and whole.tally.passes:
        return whole
    by_teams = _of_teams(hamlet, [m for m in meetings if m.team_id])
    if by_teams is None or (whole is not None and by_teams.tally.agree <= whole.tally.agree):
        return whole
    return by_teams


def _of_teams(hamlet: Hamlet, meetings: list[ConsultationMeeting]) -> _Counted | None:
    """The last meeting of each team, against all households of the hamlet."""
    latest: dict[int, ConsultationMeeting] = {}
    for meeting in _held(meetings):
        latest.setdefault(meeting.team_id or 0, meeting)
    if not latest:
        return None
    counted = list(latest.values())
    matters = {meeting.matter for meeting in counted}
    total = Tally(
        sum(meeting.agree for meeting in counted),
        max(sum(meeting.households for meeting in counted), hamlet.households),
        Matter.WEIGHTY if Matter.WEIGHTY in matters else Matter.SELF_MANAGED,
    )
    return _Counted(total, counted)
