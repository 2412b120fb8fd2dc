"""Moves of all rows of old hamlets to the new ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, F, Max, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Left, Upper

from groups.consultation.models import ConsultationMeeting, Regulation
from groups.hamlet_changes.models import HamletChange
from groups.handovers.models import Handover, HandoverHamlet
from groups.linking.models import LinkProposal
from groups.member_import.models import ErasureMark, MemberImport, MemberListMapping
from groups.personal_data.models import DataRequest
from groups.places.models import Hamlet, HamletAssignment, Team
from groups.residents.models import Member, RegulationAcknowledgement
from groups.signals import Moved
from groups.zalo_groups.models import ZaloGroup


@dataclass
class Plan:
    """Targets of everything that moves. `rest` takes what is not placed."""

    change: HamletChange
    sources: list[Hamlet]
    results: list[Hamlet]
    rest: Hamlet
    teams: dict[int, Hamlet] = field(default_factory=dict)
    groups: dict[int, Hamlet] = field(default_factory=dict)
    members: dict[int, Hamlet] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def first_day(self) -> date:
        return self.change.effective_on

    @property
    def is_split(self) -> bool:
        return len(self.results) > 1

    def placed(self, where: dict[int, Hamlet], hamlet: Hamlet) -> list[int]:
        """Ids that were placed into one of the results."""
        return [pk for pk, result in where.items() if result == hamlet]


def listed(rows: Iterable[object], most: int = 8) -> str:
    names = [str(row) for row in rows]
    more = f" và {len(names) - most} nơi khác" if len(names) > most else ""
    return ", ".join(names[:most]) + more


# Papers of a hamlet on the day that it changes: rules, meetings, lists, requests, handovers.


def _renumber(rows: QuerySet[Regulation], hamlet: Hamlet, demote: set[int]) -> None:
    last = Regulation.objects.filter(hamlet=hamlet).aggregate(n=Max("version"))["n"] or 0
    for number, row in enumerate(rows, last + 1):
        row.hamlet, row.version = hamlet, number
        if row.pk in demote:
            row.status = Regulation.Status.AGREED
        row.save(update_fields=["hamlet", "version", "status"])


def move_regulations(plan: Plan) -> list[Moved]:
    """Move what is in force or in consultation; replaced versions stay as history.

    Of two issued ones that of the larger hamlet stays the issued one; the other goes on as agreed.
    On a split each new hamlet goes on with the same rules.
    """
    living = (
        Regulation.objects.filter(hamlet__in=plan.sources)
        .exclude(status=Regulation.Status.SUPERSEDED)
        .order_by("hamlet__households", "hamlet", "version")
    )
    rows = list(living)
    issued = [row.pk for row in rows if row.status == Regulation.Status.ISSUED]
    _renumber(living, plan.rest, set(issued[:-1]))
    for row in _in_force(rows):
        for result in plan.results:
            if result != plan.rest:
                _go_on_with(row, result)
    if sum(row.is_in_force for row in rows) > 1 and not plan.is_split:
        plan.warnings.append(
            f"{plan.rest} có nhiều quy chế cùng hiệu lực. Hãy họp lấy ý kiến để thống nhất một bản."
        )
    return [Moved("Quy chế còn hiệu lực hoặc đang lấy ý kiến", len(rows))]


def _go_on_with(regulation: Regulation, hamlet: Hamlet) -> None:
    """The same rules for another part of a split, known to the people and pinned where they were.

    Members and groups have moved before.
    """
    copy = Regulation.objects.create(
        hamlet=hamlet, version=1, text=regulation.text, status=regulation.status,
        agreed_on=regulation.agreed_on, issued_on=regulation.issued_on,
        document_number=regulation.document_number,
    )  # fmt: skip
    known = RegulationAcknowledgement.objects.filter(regulation=regulation)
    known.filter(member__hamlet=hamlet).update(regulation=copy)
    ZaloGroup.objects.filter(hamlet=hamlet, rules_pinned=regulation).update(rules_pinned=copy)


def _in_force(rows: list[Regulation]) -> list[Regulation]:
    """The one that counts: issued before a newer agreed one."""
    standing = [row for row in rows if row.is_in_force]
    standing.sort(key=lambda row: (row.status == Regulation.Status.ISSUED, row.version))
    return standing[-1:]


def move_meetings(plan: Plan) -> list[Moved]:
    """Meetings that are still to come move; those held stay under the name they were held under."""
    coming = ConsultationMeeting.objects.filter(
        hamlet__in=plan.sources, held_on__gte=plan.first_day
    )
    count = coming.count()
    for result in plan.results:
        coming.filter(team__in=plan.placed(plan.teams, result)).update(hamlet=result)
    coming.update(hamlet=plan.rest)
    return [Moved("Cuộc họp sắp tới", count)]


def move_handovers(plan: Plan) -> list[Moved]:
    """Handovers that nobody has signed for yet name the new hamlets."""
    waiting = HandoverHamlet.objects.filter(
        hamlet__in=plan.sources, handover__state=Handover.State.OFFERED
    )
    handovers = set(waiting.values_list("handover", flat=True))
    waiting.delete()
    HandoverHamlet.objects.bulk_create(
        [HandoverHamlet(handover_id=pk, hamlet=result) for pk in handovers
         for result in plan.results],
        ignore_conflicts=True,
    )  # fmt: skip
    return [Moved("Bàn giao đang chờ ký", len(handovers))]


WAITING_LISTS = (
    MemberImport.State.READING, MemberImport.State.PREVIEW, MemberImport.State.COMMITTING,
)  # fmt: skip


def lists_in_the_way(hamlets: list[Hamlet]) -> str:
    """A sentence where member lists must be settled first, else nothing.

    A list says “Tổ 1” and means that of its hamlet: after a merger it would go into another one's,
    and after a split nobody could say into which.
    """
    waiting = MemberImport.objects.filter(hamlet__in=hamlets, state__in=WAITING_LISTS)
    count = waiting.count()
    places = listed({row.hamlet for row in waiting.select_related("hamlet")})
    return (
        f"Còn {count} danh sách thành viên đang đọc, chờ xem hoặc đang nhập của {places}. Hãy nhập "
        "xong hoặc bỏ trước."
        if count
        else ""
    )


def move_imports(plan: Plan) -> list[Moved]:
    """Lists that can still be undone follow their people; what is over stays as history."""
    lists = MemberImport.objects.filter(hamlet__in=plan.sources, state=MemberImport.State.COMMITTED)
    return [Moved("Danh sách đã nhập, còn hoàn tác được", lists.update(hamlet=plan.rest))]


def move_mappings(plan: Plan) -> list[Moved]:
    """How the lists of the (largest) old hamlet are read is remembered for each new one."""
    known = {row.hamlet_id: row for row in MemberListMapping.objects.filter(
        hamlet__in=plan.sources
    )}  # fmt: skip
    first = next((known[row.pk] for row in plan.sources if row.pk in known), None)
    if first is not None:
        MemberListMapping.objects.bulk_create(
            [MemberListMapping(hamlet=hamlet, headings=first.headings) for hamlet in plan.results]
        )
    return []


def _move_with_member(plan: Plan, model: type[Model], label: str) -> list[Moved]:
    rows = model._default_manager.filter(hamlet__in=plan.sources)
    home = Member.objects.filter(pk=OuterRef("member")).values("hamlet")
    moved = rows.filter(member__hamlet__in=plan.results).update(hamlet=Subquery(home))
    return [Moved(label, moved + rows.update(hamlet=plan.rest))]


def move_requests(plan: Plan) -> list[Moved]:
    """Requests about personal data stay with their person."""
    return _move_with_member(plan, DataRequest, "Yêu cầu về dữ liệu cá nhân")


def move_link_proposals(plan: Plan) -> list[Moved]:
    """Shares that wait for an officer's word stay with the person that they may be."""
    return _move_with_member(plan, LinkProposal, "Đề nghị liên kết Zalo")


def move_erasure_marks(plan: Plan) -> list[Moved]:
    """Erased people stay away from the lists of every new hamlet: nobody knows of which part."""
    marks = ErasureMark.objects.filter(hamlet__in=plan.sources)
    others = [result for result in plan.results if result != plan.rest]
    ErasureMark.objects.bulk_create(
        ErasureMark(
            hamlet=result, person=row.person, mark=row.mark, made_on=row.made_on,
            last_day=row.last_day, lifted_at=row.lifted_at, lifted_with_id=row.lifted_with_id,
        )
        for row in marks for result in others
    )  # fmt: skip
    marks.update(hamlet=plan.rest)
    return []


def staying(sources: list[Hamlet]) -> list[Moved]:
    """Rows that stay with the old hamlets, counted after all moves."""
    lines = [
        Moved("Quy chế đã được thay thế", Regulation.objects.filter(hamlet__in=sources).count()),
        Moved("Cuộc họp đã họp", ConsultationMeeting.objects.filter(hamlet__in=sources).count()),
        Moved("Phân công cán bộ trước đây",
              HamletAssignment.objects.filter(hamlet__in=sources).count()),
        Moved("Danh sách đã bỏ hoặc đã hoàn tác",
              MemberImport.objects.filter(hamlet__in=sources).count()),
    ]  # fmt: skip
    return [line for line in lines if line.count]


# What moves from old hamlets to new ones, table by table, with set updates.
#
# MOVES names every foreign key to a hamlet that follows; STAYING names those that stay with the old
# hamlet, and why. A test walks all models, so that a new key to a hamlet cannot be forgotten.


CODE_LENGTH = 40
PEOPLE = "Thành viên, kể cả người đã thôi tham gia"


def move_teams(plan: Plan) -> list[Moved]:
    """Teams keep their names; of two with one name, the one of the smaller hamlet says whence."""
    teams = list(Team.objects.filter(hamlet__in=plan.sources).select_related("hamlet"))
    used: set[tuple[int, str]] = set()
    renamed = []
    for team in sorted(teams, key=lambda row: (-row.hamlet.households, row.hamlet_id, row.pk)):
        result = plan.teams.get(team.pk, plan.rest)
        name, number = team.name, 1
        while (result.pk, team.name.casefold()) in used:
            mark = f" ({team.hamlet.name})" if number == 1 else f" ({team.hamlet.name} {number})"
            team.name, number = f"{name[: 100 - len(mark)]}{mark}", number + 1
        used.add((result.pk, team.name.casefold()))
        if team.name != name:
            renamed.append(f"{name} {team.hamlet} thành “{team.name}”")
        team.hamlet = result
    Team.objects.bulk_update(teams, ["name", "hamlet"], batch_size=500)
    if renamed:
        plan.warnings.append(f"Tổ trùng tên được ghi thêm tên ấp cũ: {listed(renamed)}.")
    return [Moved("Tổ nhân dân", len(teams))]


def _part_households(plan: Plan) -> None:
    """Two households of different hamlets may bear one code: after the merger they must not."""
    parted = 0
    for number, source in enumerate(plan.sources[1:], 1):
        earlier = Member.objects.filter(hamlet__in=plan.sources[:number]).exclude(household_code="")
        parted += (
            Member.objects.filter(hamlet=source)
            .exclude(household_code="")
            .alias(code=Upper("household_code"))
            .filter(code__in=earlier.values(code=Upper("household_code")))
            .update(
                household_code=Left(
                    Concat(Value(f"{source.code}/"), F("household_code")), CODE_LENGTH
                )
            )
        )
    if parted:
        plan.warnings.append(
            f"{parted} người có mã hộ trùng với hộ của ấp kia: mã được ghi thêm mã ấp cũ ở trước."
        )


def move_members(plan: Plan) -> list[Moved]:
    """People follow their team; without one their own placement, their household, then the rest."""
    people = Member.objects.filter(hamlet__in=plan.sources)
    moved = 0
    if not plan.is_split:
        _part_households(plan)
        return [Moved(PEOPLE, people.update(hamlet=plan.rest))]
    for result in plan.results:
        by_hand = people.filter(pk__in=plan.placed(plan.members, result), team=None)
        moved += people.filter(team__in=plan.placed(plan.teams, result)).update(hamlet=result)
        moved += by_hand.update(hamlet=result)
    for result in plan.results:
        household = Member.objects.filter(
            hamlet=result, household_code__iexact=OuterRef("household_code")
        )
        moved += people.exclude(household_code="").filter(Exists(household)).update(hamlet=result)
    if left := people.update(hamlet=plan.rest):
        plan.warnings.append(
            f"{left} người chưa có tổ và chưa được xếp riêng: về {plan.rest}. Rà lại sau khi chia."
        )
    return [Moved(PEOPLE, moved + left)]


def move_groups(plan: Plan) -> list[Moved]:
    """A group of a team follows the team; one of the whole hamlet its placement, or the rest."""
    groups = ZaloGroup.objects.filter(hamlet__in=plan.sources)
    count = groups.count()
    loose = [
        group.name
        for group in groups.filter(team=None).exclude(status=ZaloGroup.Status.CLOSED)
        if plan.is_split and group.pk not in plan.groups
    ]
    for result in plan.results:
        of_teams = Q(team__in=plan.placed(plan.teams, result))
        by_hand = Q(team=None, pk__in=plan.placed(plan.groups, result))
        groups.filter(of_teams | by_hand).update(hamlet=result)
    groups.update(hamlet=plan.rest)
    if loose:
        plan.warnings.append(
            f"Nhóm của cả ấp cũ về {plan.rest}: {listed(loose)}. Người của ấp khác đang ở trong "
            "nhóm thì vẫn ở đó."
        )
    return [Moved("Nhóm Zalo", count)]


def move_assignments(plan: Plan) -> list[Moved]:
    """Officers of an old hamlet cover its successors from the first day on."""
    running = HamletAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=plan.first_day), hamlet__in=plan.sources
    )
    wanted: dict[tuple[int, int, date], HamletAssignment] = {}
    for row in running.order_by("is_cover", "pk"):
        for result in plan.results:
            start = max(row.valid_from, plan.first_day)
            key = (row.officer_id, result.pk, start)
            new = HamletAssignment(
                officer_id=row.officer_id, hamlet=result, valid_from=start, valid_to=row.valid_to,
                is_cover=row.is_cover,
            )  # fmt: skip
            known = wanted.setdefault(key, new)
            if known.valid_to is not None:
                known.valid_to = row.valid_to and max(known.valid_to, row.valid_to)
    count = running.count()
    running.filter(valid_from__gte=plan.first_day).delete()
    running.update(valid_to=plan.first_day - timedelta(days=1))
    HamletAssignment.objects.bulk_create(wanted.values(), batch_size=500)
    _warn_of_officers(plan)
    return [Moved("Phân công cán bộ", count)]


def _warn_of_officers(plan: Plan) -> None:
    for result in plan.results:
        current = HamletAssignment.objects.on(plan.first_day).filter(
            hamlet=result, officer__is_active=True
        )
        officers = sorted({row.officer for row in current.select_related("officer")}, key=str)
        if not officers:
            plan.warnings.append(f"{result} chưa có cán bộ phụ trách.")
        elif len(officers) > 1:
            plan.warnings.append(
                f"{result} có {len(officers)} người cùng phụ trách: {listed(officers)}. Rà lại "
                "phân công sau khi thực hiện."
            )


MOVES: dict[str, Callable[[Plan], list[Moved]]] = {
    "groups.Team.hamlet": move_teams,
    "groups.Member.hamlet": move_members,
    "groups.ZaloGroup.hamlet": move_groups,
    "groups.HamletAssignment.hamlet": move_assignments,
    "groups.Regulation.hamlet": move_regulations,
    "groups.ConsultationMeeting.hamlet": move_meetings,
    "groups.MemberImport.hamlet": move_imports,
    "groups.MemberListMapping.hamlet": move_mappings,
    "groups.DataRequest.hamlet": move_requests,
    "groups.LinkProposal.hamlet": move_link_proposals,
    "groups.HandoverHamlet.hamlet": move_handovers,
    "groups.ErasureMark.hamlet": move_erasure_marks,
}
STAYING = {
    "groups.HamletChangeSource.hamlet": "tells what the old hamlet was",
    "groups.HamletChangeResult.hamlet": "tells what came of a decision",
    "groups.HouseholdCount.hamlet": "tells how many households the old hamlet had",
    "groups.Hamlet.predecessors": "tells where a hamlet came from",
}
