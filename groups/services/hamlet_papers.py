"""Papers of a hamlet on the day that it changes: rules, meetings, lists, requests, handovers."""

from django.db.models import Max, OuterRef, QuerySet, Subquery

from groups.models import (
    ConsultationMeeting,
    DataRequest,
    Hamlet,
    HamletAssignment,
    Handover,
    HandoverHamlet,
    LinkProposal,
    Member,
    MemberImport,
    MemberListMapping,
    Regulation,
    RegulationAcknowledgement,
    ZaloGroup,
)
from groups.services.hamlet_plan import Plan, listed
from groups.signals import Moved


def _renumber(rows: QuerySet[Regulation], hamlet: Hamlet, demote: set[int]) -> None:
    last = Regulation.objects.filter(hamlet=hamlet).aggregate(n=Max("version"))["n"] or 0
    for number, row in enumerate(rows, last + 1):
        row.hamlet, row.version = hamlet, number
        if row.pk in demote:
            row.status = Regulation.Status.AGREED
        row.save(update_fields=["hamlet", "version", "status"])


def move_regulations(plan: Plan) -> list[Moved]:
    """What is in force or in consultation goes on; replaced versions stay as history.

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


def move_requests(plan: Plan) -> list[Moved]:
    """Requests about personal data stay with their person."""
    requests = DataRequest.objects.filter(hamlet__in=plan.sources)
    home = Member.objects.filter(pk=OuterRef("member")).values("hamlet")
    moved = requests.filter(member__hamlet__in=plan.results).update(hamlet=Subquery(home))
    return [Moved("Yêu cầu về dữ liệu cá nhân", moved + requests.update(hamlet=plan.rest))]


def move_link_proposals(plan: Plan) -> list[Moved]:
    """Shares that wait for an officer's word stay with the person that they may be."""
    proposals = LinkProposal.objects.filter(hamlet__in=plan.sources)
    home = Member.objects.filter(pk=OuterRef("member")).values("hamlet")
    moved = proposals.filter(member__hamlet__in=plan.results).update(hamlet=Subquery(home))
    return [Moved("Đề nghị liên kết Zalo", moved + proposals.update(hamlet=plan.rest))]


def staying(sources: list[Hamlet]) -> list[Moved]:
    """What stays with the old hamlets, counted after everything else has gone."""
    lines = [
        Moved("Quy chế đã được thay thế", Regulation.objects.filter(hamlet__in=sources).count()),
        Moved("Cuộc họp đã họp", ConsultationMeeting.objects.filter(hamlet__in=sources).count()),
        Moved("Phân công cán bộ trước đây",
              HamletAssignment.objects.filter(hamlet__in=sources).count()),
        Moved("Danh sách đã bỏ hoặc đã hoàn tác",
              MemberImport.objects.filter(hamlet__in=sources).count()),
    ]  # fmt: skip
    return [line for line in lines if line.count]
