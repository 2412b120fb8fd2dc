"""A city: communes with members, groups, posts, tips and questions of five years, written as sets.

Everything is drawn from numbers that stand one after the other, so that it is the same each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Commune, User
from accounts.users.roles import Role
from benchmarks import _members
from broadcasts.models import Broadcast, Delivery
from groups.models import Membership, ZaloGroup
from procedures.models import Question
from reports.models import Referral, TipClock, TipReport
from tests.factories.accounts import make_user

DAYS = 5 * 365
GROUPS_A_HAMLET = 2
# Rows of a statement: its memory stays small.
STEP = 500_000


@dataclass(frozen=True)
class Size:
    communes: int
    members: int
    tips: int
    deliveries: int

    @property
    def groups(self) -> int:
        return _members.HAMLETS * GROUPS_A_HAMLET

    @property
    def posts(self) -> int:
        """Each goes to all groups of its commune."""
        return self.deliveries // self.groups


CITY = Size(communes=95, members=1_200_000, tips=1_000_000, deliveries=5_000_000)
FIFTH = Size(communes=19, members=240_000, tips=200_000, deliveries=1_000_000)
QUICK = Size(communes=8, members=40_000, tips=40_000, deliveries=200_000)

GROUP = {
    "hamlet_id": "hamlet.id",
    "name": "'Nhóm ' || hamlet.id || ' ' || n",
    "kind": "CASE n WHEN 0 THEN 'oa' ELSE 'regular' END",
    "zalo_group_id": "CASE n WHEN 0 THEN 'g' || hamlet.id ELSE '' END",
    "status": "'active'",
}
MEMBERSHIP = {
    "member_id": "member.id",
    "group_id": "placed.id",
    "state": "'joined'",
    "joined_on": "current_date",
}
POST = {
    "commune_id": "{commune}",
    "title": "'Bài ' || n",
    "topic_id": "(SELECT min(id) FROM broadcasts_topic) + n %% 11",
    "status": "'completed'",
    "content_hash": "'made'",
    "approved_hash": "'made'",
    "approved_parts": "ARRAY['made']",
    "scheduled_for": "{moment}",
    "created_at": "{moment} - interval '2 days'",
    "submitted_at": "{moment} - interval '2 days'",
    "approved_at": "{moment} - interval '1 day'",
    "started_at": "{moment}",
    "completed_at": "{moment} + interval '1 hour'",
    "created_by_id": "{author}",
    "submitted_by_id": "{author}",
    "approved_by_id": "{approver}",
}
# By hand one in twenty is missed and some come days late; of the others a few fail.
DELIVERY = {
    "broadcast_id": "post.id",
    "commune_id": "post.commune_id",
    "zalo_group_id": "placed.id",
    "way": "CASE placed.kind WHEN 'oa' THEN 'api' ELSE 'hand' END",
    "status": "CASE WHEN placed.kind = 'oa' AND (post.id + placed.id) %% 100 = 7 THEN 'failed' "
    "WHEN placed.kind = 'oa' THEN 'sent' "
    "WHEN (post.id + placed.id) %% 20 = 3 THEN 'missed' ELSE 'posted' END",
    "created_at": "post.started_at",
    "sent_at": "CASE WHEN placed.kind = 'oa' AND (post.id + placed.id) %% 100 != 7 "
    "THEN post.started_at + interval '1 minute' END",
    "zalo_message_ids": "CASE placed.kind WHEN 'oa' THEN ARRAY['m'] ELSE '{{}}'::varchar[] END",
    "posted_at": "CASE WHEN placed.kind != 'oa' AND (post.id + placed.id) %% 20 != 3 "
    "THEN post.started_at + (post.id + placed.id) %% 40 * interval '1 hour' END",
    "posted_by_id": "CASE placed.kind WHEN 'oa' THEN NULL ELSE {author} END",
}
# Seven states of an eighth each year, the last ones open.
TIP = {
    "uuid": "gen_random_uuid()",
    "commune_id": "{commune}",
    "hamlet_id": "(SELECT first + n / {communes} %% 19 FROM bench_first f "
    "WHERE f.commune_id = {commune})",
    "code": "'PA-' || n",
    "kind": "(ARRAY['feedback','feedback','feedback','denunciation_of_crime','crime_report'])"
    "[1 + n / 7 %% 5]",
    "category": "(ARRAY['ttatxh','toi-pham','te-nan','vi-pham','khac'])[1 + n / 11 %% 5]",
    "channel": "(ARRAY['oa_chat','phone','desk','web_form'])[1 + n / 13 %% 4]",
    "urgency": "'normal'",
    "status": "CASE WHEN {is_open} THEN 'triaged' ELSE 'closed' END",
    "disposition": "CASE WHEN {is_open} THEN '' ELSE 'handled_here' END",
    "received_at": "{moment}",
    "triaged_at": "{moment} + interval '2 hours'",
    "resolved_at": "CASE WHEN {is_open} THEN NULL ELSE {moment} + interval '30 hours' END",
    "told_at": "CASE WHEN {is_open} OR n %% 5 = 0 THEN NULL "
    "ELSE {moment} + interval '32 hours' END",
    "closed_at": "CASE WHEN {is_open} THEN NULL ELSE {moment} + interval '40 hours' END",
    "next_due_at": "CASE WHEN {is_open} THEN {moment} + interval '20 days' END",
}
CLOCK = {
    "tip_id": "tip.id",
    "rule_id": "rule.id",
    "stage": "rule.stage",
    "started_at": "tip.received_at",
    "due_at": "tip.received_at + CASE WHEN tip.id %% 10 = 1 THEN interval '1 hour' "
    "ELSE interval '20 days' END",
    "stopped_at": "tip.closed_at",
    "state": "CASE WHEN tip.closed_at IS NULL THEN 'running' ELSE 'met' END",
}
REFERRAL = {
    "uuid": "gen_random_uuid()",
    "tip_id": "tip.id",
    '"to"': "'investigating_agency'",
    "slip_number": "'1'",
    "slip_on": "current_date",
    "state": "'accepted'",
    "handed_over_at": "tip.received_at + interval '20 hours'",
    "created_at": "tip.received_at",
    "by_id": "{author}",
}
QUESTION = {
    "uuid": "gen_random_uuid()",
    "commune_id": "{commune}",
    "asked": "'hỏi thủ tục'",
    "same_as": "md5((n %% 5000)::text)",
    "channel": "(ARRAY['chat','page'])[1 + n %% 2]",
    "asked_on": "current_date - n / {communes} %% 360",
    "outcome": "(ARRAY['unanswered','offered'])[1 + n %% 2]",
}


def build(size: Size) -> list[Commune]:
    """The whole city, in an empty database; its counts have to be built afterwards."""
    communes = _members.add_communes(size.communes)
    author, approver = (make_user(communes[0], role) for role in (Role.OFFICER, Role.CHIEF))
    with _without_triggers():
        _fill(size, communes, author, approver)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return communes


@contextmanager
def _without_triggers() -> Iterator[None]:
    """Rows that are right by themselves: references are not looked up, counts not noted."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        try:
            yield
        finally:
            cursor.execute("SET synchronous_commit = on")
            cursor.execute("SET session_replication_role = DEFAULT")


def _fill(size: Size, communes: list[Commune], author: User, approver: User) -> None:
    _members.add_members(communes, size.members)
    _places(communes)
    _add(ZaloGroup, GROUP, "groups_hamlet hamlet CROSS JOIN generate_series(0, 1) n")
    _add(
        Membership, MEMBERSHIP,
        "groups_member member JOIN groups_zalogroup placed ON placed.hamlet_id = member.hamlet_id "
        "AND placed.kind = 'oa' WHERE member.id %% 10 < 6",
    )  # fmt: skip
    words = _words(size, author, approver, size.posts)
    _add(Broadcast, POST, f"generate_series(1, {size.posts}) n", words)
    for first in range(1, size.posts + 1, STEP // size.groups):
        last = first + STEP // size.groups
        _add(
            Delivery, DELIVERY,
            "broadcasts_broadcast post JOIN groups_hamlet h ON h.commune_id = post.commune_id "
            "JOIN groups_zalogroup placed ON placed.hamlet_id = h.id "
            f"WHERE post.id >= {first} AND post.id < {last}",
            words,
        )  # fmt: skip
    words = _words(size, author, approver, size.tips)
    for first in range(0, size.tips, STEP):
        last = min(first + STEP, size.tips) - 1
        _add(TipReport, TIP, f"generate_series({first}, {last}) n", words)
    _add(
        TipClock, CLOCK,
        "reports_tipreport tip JOIN reports_clockrule rule ON rule.code IN "
        "('first_look', 'acknowledge', 'answer')",
    )  # fmt: skip
    _add(Referral, REFERRAL, "reports_tipreport tip WHERE tip.id %% 33 = 5", words)
    count = size.tips // 5
    _add(
        Question,
        QUESTION,
        f"generate_series(0, {count - 1}) n",
        _words(size, author, approver, count),
    )


def _words(size: Size, author: User, approver: User, count: int) -> dict[str, Any]:
    """Commune and moment of the n-th row of so many; the last thirtieth is open."""
    commune = f"(SELECT b.commune_id FROM bench_first b WHERE b.place = n %% {size.communes})"  # noqa: S608 -- own numbers
    moment = f"(now() - interval '{DAYS} days' * (1 - n / {count + 1}.0))"
    return {
        "commune": commune,
        "communes": size.communes,
        "moment": moment,
        "is_open": f"n > {count} - {count} / 30 AND n %% 3 = 0",
        "author": author.pk,
        "approver": approver.pk,
    }


def _places(communes: list[Commune]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_first AS SELECT commune_id, min(id) AS first, "
            "row_number() OVER (ORDER BY commune_id) - 1 AS place "
            "FROM groups_hamlet WHERE commune_id = ANY(%s) GROUP BY commune_id",
            [[commune.pk for commune in communes]],
        )
        cursor.execute("ANALYZE bench_first")


def _add(
    model: Any, columns: dict[str, str], source: str, words: dict[str, Any] | None = None
) -> None:
    filled = {
        f'"{name.strip(chr(34))}"': value.format(**(words or {})) if words else value
        for name, value in columns.items()
    }
    defaults = {f'"{name}"': value for name, value in _members.defaults_of(model).items()}
    wanted = defaults | filled
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(wanted)}) "  # noqa: S608 -- own columns
            f"SELECT {', '.join(wanted.values())} FROM {source}",
            [],
        )
