"""How long the save of a roll of 300 ticks lasts, beside the same rows written by two statements.

Whole answers of the page, by the head of the hamlet, in a commune of 10,000 members: 300 people
join a group, then leave it. The limit writes the same places; the triggers date both.
"""

import time
from functools import partial
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.users.roles import Role
from benchmarks import _bench, _members
from benchmarks._pages import answer_ms, served_to_test_client, signed_in
from groups.models import Hamlet, Member, Membership, ZaloGroup
from groups.roll_call.roll import NOT_THERE
from groups.roll_call.services import mark_of
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_officer, make_ordinary_group

MEMBERS, TICKS = 10_000, 300
SAVE_S = 1
TIMES = 6  # of the two statements: at most
COME = (
    "INSERT INTO groups_membership (member_id, group_id, role, state)"
    " SELECT pk, %s, 'member', 'joined' FROM unnest(%s::bigint[]) pk"
    " ON CONFLICT (member_id, group_id) DO UPDATE SET state = 'joined', left_on = NULL"
)
GO = (
    "UPDATE groups_membership SET state = 'left', left_on = current_date"
    " WHERE group_id = %s AND member_id = ANY(%s)"
)


def save_s(client: Client, group: ZaloGroup, people: list[int], *, joins: bool) -> float:
    """Time of one save from the request to the answer that sends the browser on."""
    places = {row.member_id: row for row in Membership.objects.filter(group=group)}
    marks = {pk: mark_of(places[pk]) if pk in places else NOT_THERE for pk in people}
    sent = {
        "seen": " ".join(f"{pk}:{mark}" for pk, mark in marks.items()),
        "in": "-".join(map(str, people)) if joins else "",
        "once": "bench",
    }
    started = time.perf_counter()
    answer = client.post(reverse("admin:groups_zalogroup_roll", args=[group.pk]), sent)
    elapsed = time.perf_counter() - started
    inside = Membership.objects.joined().filter(group=group).count()
    if answer.status_code != 302 or inside != (len(people) if joins else 0):
        raise SystemExit(f"the save answered {answer.status_code}, {inside} people are in")
    return elapsed


def written_s(group: ZaloGroup, people: list[int]) -> float:
    """Both statements, each in a transaction of its own."""
    started = time.perf_counter()
    for statement in (COME, GO):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [group.pk, people])
    return time.perf_counter() - started


def main(arguments: list[str] | None = None) -> int:
    options = _bench.parser(__doc__).parse_args(arguments)
    rounds = 5 if options.quick else 20
    report = _bench.Report()
    with _bench.scratch_database(), served_to_test_client():
        (commune,) = _members.add_communes(1)
        _members.add_members([commune], MEMBERS)
        hamlet = Hamlet.objects.filter(commune=commune).order_by("pk")[0]
        head = make_user(commune, Role.HAMLET_HEAD)
        make_assignment(make_officer(commune, user=head), hamlet)
        group, beside = (make_ordinary_group(hamlet) for _nth in range(2))
        active = Member.objects.active().filter(hamlet=hamlet).order_by("pk")
        people = list(active.values_list("pk", flat=True)[:TICKS])
        client = signed_in(head)
        report.remark(f"one small commit: {_bench.commit_ms():.2f} ms")
        saves: list[float] = []

        def product() -> float:
            both = [save_s(client, group, people, joins=joins) for joins in (True, False)]
            saves.extend(both)
            return sum(both)

        found = _bench.alternate(rounds, product=product, limit=partial(written_s, beside, people))
        name = f"{TICKS} people in and out by two saves"
        add = partial(_bench.Bar, unit=" s", at_most=True)
        report.add(add(name, found["product"], found["limit"], TIMES))
        if not options.quick:
            slowest = max(saves[2:])
            report.add(add(f"slowest save of {TICKS} ticks", slowest, SAVE_S, 1))
        roll = reverse("admin:groups_zalogroup_roll", args=[group.pk])
        opened = median(answer_ms(client, roll) for _nth in range(rounds))
        report.remark(f"opening the roll of the hamlet: {opened:.0f} ms")
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
