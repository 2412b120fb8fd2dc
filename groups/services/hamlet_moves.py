"""What moves from old hamlets to new ones, table by table, with set updates.

MOVES names every foreign key to a hamlet that follows; KEPT names those that stay with the old
hamlet, and why. A test walks all models, so that a new key to a hamlet cannot be forgotten.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Left, Upper

from groups.models import HamletAssignment, Member, Team, ZaloGroup
from groups.services import hamlet_papers as papers
from groups.services.hamlet_plan import Plan, listed
from groups.signals import Moved

CODE_LENGTH = 40
PEOPLE = "Thành viên, kể cả người đã thôi tham gia"


def move_teams(plan: Plan) -> list[Moved]:
    """Teams keep their names; of two with one name, the one of the smaller hamlet says whence."""
    teams = list(Team.objects.filter(hamlet__in=plan.sources).select_related("hamlet"))
    taken: set[tuple[int, str]] = set()
    renamed = []
    for team in sorted(teams, key=lambda row: (-row.hamlet.households, row.hamlet_id, row.pk)):
        result = plan.teams.get(team.pk, plan.rest)
        name, number = team.name, 1
        while (result.pk, team.name.casefold()) in taken:
            mark = f" ({team.hamlet.name})" if number == 1 else f" ({team.hamlet.name} {number})"
            team.name, number = f"{name[: 100 - len(mark)]}{mark}", number + 1
        taken.add((result.pk, team.name.casefold()))
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
    """Whoever covers an old hamlet covers what came of it from the first day on."""
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
    "groups.Regulation.hamlet": papers.move_regulations,
    "groups.ConsultationMeeting.hamlet": papers.move_meetings,
    "groups.MemberImport.hamlet": papers.move_imports,
    "groups.MemberListMapping.hamlet": papers.move_mappings,
    "groups.DataRequest.hamlet": papers.move_requests,
    "groups.LinkProposal.hamlet": papers.move_link_proposals,
    "groups.HandoverHamlet.hamlet": papers.move_handovers,
}
KEPT = {
    "groups.HamletChangeSource.hamlet": "tells what the old hamlet was",
    "groups.HamletChangeResult.hamlet": "tells what came of a decision",
    "groups.Hamlet.predecessors": "tells where a hamlet came from",
}
