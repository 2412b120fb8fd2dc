"""Taking a committed list back: who was added goes, what was changed is as it was before."""

from dataclasses import dataclass, field

from django.db import connection, models
from django.utils import timezone
from psycopg import sql

from accounts.services import NotAllowed
from groups.member_import import erased_people
from groups.member_import.committing import FROM_ROW, UNDO_DAYS, columns_of_register, defaults
from groups.member_import.models import MemberImport, MemberImportRow, NationalId
from groups.member_import.place_writing import take_back_places, untouched
from groups.places.models import Team
from groups.residents.consent.models import ConsentRecord
from groups.residents.models import Member, Membership
from groups.residents.spells.models import MembershipSpell, ProxySpell

EDITED = "Đã được sửa sau khi nhập."
IN_USE = "Đã có dữ liệu khác gắn với người này (nhóm, đồng ý, yêu cầu…)."
GONE = "Không còn trong danh sách của ấp."
LATER = "Danh sách nhập sau cũng có người này. Muốn đổi lại thì hoàn tác danh sách sau trước."
NO_TEAM = "Tổ ghi trước khi nhập không còn nên không trả lại được."
MOVED = "Đã chuyển sang ấp, khu phố khác."


@dataclass(frozen=True)
class UndoPlan:
    """Result of an undo: numbers, rows that go back, rows that stay and why.

    `restored_rows` and `kept_rows` hold ids of rows of the batch. `places` counts the people whose
    places in groups and proxies go back; `places_kept` those who were changed since.
    """

    removed: int
    restored: int
    kept: list[tuple[int, str]] = field(default_factory=list)
    restored_rows: list[int] = field(default_factory=list)
    places: int = 0
    places_kept: int = 0


def check(batch: MemberImport) -> None:
    """Raises NotAllowed where it is too late."""
    if batch.undo_until is None or batch.undo_until < timezone.now():
        raise NotAllowed(f"Đã quá {UNDO_DAYS} ngày từ khi nhập nên không hoàn tác được nữa.")
    if not batch.rows.exists():
        raise NotAllowed("Các dòng của danh sách đã được xóa nên không hoàn tác được nữa.")


def said_of(done: UndoPlan) -> str:
    """Remainder of the list after an undo; empty where all is as before."""
    stayed = max(len(done.kept), done.places_kept)
    if not stayed:
        return ""
    return (
        f"Danh sách thành viên đã trở lại như trước khi nhập, trừ {stayed} người được để "
        "nguyên vì đã đổi hoặc có việc khác từ sau khi nhập."
    )


# Rows of people that the import made: nothing else was written on them since.
def _untouched() -> sql.Composed:
    others = defaults()
    consent = ("consent_basis", "consent_version", "consent_given_at", "consent_collected_by_id")
    plain = [
        sql.SQL("m.{0} IS NOT DISTINCT FROM r.{0}").format(sql.Identifier(name))
        for name in FROM_ROW
    ]
    fixed = [
        sql.SQL("m.{} IS NOT DISTINCT FROM {}").format(sql.Identifier(name), value)
        for name, value in others.items()
        if name not in (*consent, "reached_through_id") and "uuid" not in value.as_string()
    ]
    return sql.SQL(
        "m.hamlet_id = %(hamlet)s AND m.is_representative = COALESCE(r.is_representative, TRUE)"
        " AND to_jsonb(m) -> 'reached_through_id' = COALESCE(r.places_new -> 'through', 'null')"
        " AND {same} AND ({agreed})"
    ).format(
        same=sql.SQL(" AND ").join([*plain, *fixed]),
        agreed=sql.SQL(
            "CASE WHEN r.new IS NULL THEN m.consent_basis = 'none' ELSE to_jsonb(m) @> r.new END"
        ),
    )


def _hangers() -> list[tuple[str, str]]:
    """Tables and columns that point at a member, but for what the import itself wrote."""
    places = (Membership, MembershipSpell, ProxySpell, Member)
    own = (MemberImportRow, ConsentRecord, NationalId, *places)
    return [
        (relation.related_model._meta.db_table, relation.field.attname)
        for relation in Member._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel)
        and relation.related_model not in own
        and not relation.many_to_many
    ]


def _in_use() -> sql.Composed:
    tests = [
        sql.SQL("EXISTS (SELECT FROM {} h WHERE h.{} = m.id)").format(
            sql.Identifier(table), sql.Identifier(column)
        )
        for table, column in _hangers()
    ]
    foreign = sql.SQL(
        "EXISTS (SELECT FROM groups_consentrecord c WHERE c.member_id = m.id"
        " AND NOT (c.recorded_at <= %(until)s AND (c.notice_id IS NOT DISTINCT FROM %(notice)s"
        " OR to_jsonb(c.notice_id) IS NOT DISTINCT FROM r.consent -> 'notice')))"
        " OR EXISTS (SELECT FROM groups_nationalid h WHERE h.member_id = m.id"
        " AND h.came_with_id IS DISTINCT FROM %(batch)s)"
    )
    return sql.SQL("({})").format(sql.SQL(" OR ").join([*tests, foreign, *_in_other_places()]))


def _in_other_places() -> list[sql.Composed]:
    """Whether a member has a place, a proxy or people to pass posts on to that stay."""
    own = (
        ("groups_membership", "memberships"), ("groups_membershipspell", "spells"),
        ("groups_proxyspell", "proxy_spells"),
    )  # fmt: skip
    stays = [
        sql.SQL(
            "EXISTS (SELECT FROM {table} h WHERE h.member_id = m.id AND NOT (r.id = ANY(%(places)s)"
            " AND r.places_new -> {part} @> jsonb_build_array(jsonb_build_object('id', h.id))))"
        ).format(table=sql.Identifier(table), part=sql.Literal(part))
        for table, part in own
    ]
    of_others = [
        sql.SQL("EXISTS (SELECT FROM groups_member h WHERE h.{column} = m.id)").format(
            column=sql.Identifier("merged_into_id")
        ),
        sql.SQL(
            "EXISTS (SELECT FROM groups_member h WHERE h.reached_through_id = m.id AND NOT EXISTS ("
            " SELECT FROM groups_memberimportrow o WHERE o.id = ANY(%(places)s)"
            " AND o.member_id = h.id AND o.places_new -> 'through' = to_jsonb(m.id)"
            " AND o.places_old -> 'through' <> to_jsonb(m.id)))"
        ).format(),
        sql.SQL(
            "EXISTS (SELECT FROM groups_proxyspell h WHERE h.through_id = m.id AND NOT EXISTS ("
            " SELECT FROM groups_memberimportrow o WHERE o.id = ANY(%(places)s)"
            " AND o.places_new -> 'proxy_spells' @>"
            " jsonb_build_array(jsonb_build_object('id', h.id))"
            " AND NOT o.places_old -> 'proxy_spells' @>"
            " jsonb_build_array(jsonb_build_object('id', h.id))))"
        ).format(),
    ]
    return [*stays, *of_others]


# Whoever a list that was written down afterwards says as well.
_LATER = sql.SQL("""
    SELECT o.member_id FROM groups_memberimportrow o
    JOIN groups_memberimport b ON b.id = o.batch_id
    WHERE b.hamlet_id = %(hamlet)s AND b.state = 'committed' AND b.committed_at > %(until)s
      AND o.lane IN ('same', 'changed') AND o.member_id IS NOT NULL
""")


def weigh(
    batch: MemberImport, places: list[int]
) -> tuple[list[int], list[tuple[int, int]], list[tuple[int, str]]]:
    """Member ids to remove, (row, member) to restore, (row, reason) to leave alone.

    `places` are the rows whose places in groups go back.
    """
    statement = sql.SQL(
        "SELECT r.id, r.member_id, r.lane, m.id IS NOT NULL,"
        " CASE WHEN r.lane = 'new' THEN {untouched} ELSE to_jsonb(m) @>"
        " (r.old || r.new || CASE WHEN r.places_new IS NULL THEN '{{}}' ELSE"
        " jsonb_build_object('reached_through_id', r.places_new -> 'through') END) END,"
        " r.lane = 'new' AND {in_use}, m.hamlet_id IS DISTINCT FROM %(hamlet)s,"
        " m.id IN ({later}), r.old ->> 'team_id' IS NOT NULL AND NOT EXISTS ("
        " SELECT FROM groups_team t WHERE t.id = (r.old ->> 'team_id')::bigint)"
        " FROM groups_memberimportrow r LEFT JOIN groups_member m ON m.id = r.member_id"
        " WHERE r.batch_id = %(batch)s"
        " AND (r.lane = 'new' OR (r.lane IN ('changed', 'same') AND r.old IS NOT NULL))"
        " ORDER BY r.position"
    ).format(untouched=_untouched(), in_use=_in_use(), later=_LATER)
    remove, restore, keep = [], [], []
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "batch": batch.pk,
                "hamlet": batch.hamlet_id,
                "notice": batch.consent_notice_id,
                "until": batch.committed_at,
                "places": places,
            },
        )
        for row, member, lane, is_there, is_untouched, is_used, is_moved, *more in cursor:
            is_later, is_teamless = more
            if not is_there:
                if lane != MemberImportRow.Lane.NEW:
                    keep.append((row, GONE))
            elif is_moved:
                keep.append((row, MOVED))
            elif not is_untouched:
                keep.append((row, EDITED))
            elif is_later:
                keep.append((row, LATER))
            elif is_teamless:
                keep.append((row, NO_TEAM))
            elif is_used:
                keep.append((row, IN_USE))
            elif lane == MemberImportRow.Lane.NEW:
                remove.append(member)
            else:
                restore.append((row, member))
    return remove, restore, keep


def plan_of(batch: MemberImport) -> UndoPlan:
    """Result of `take_back` now."""
    places, places_kept = untouched(batch, _LATER.as_string())
    remove, restore, keep = weigh(batch, places)
    rows = [row for row, _member in restore]
    return UndoPlan(len(remove), len(restore), keep, rows, len(places), places_kept)


def take_back(batch: MemberImport) -> UndoPlan:
    """Do it. Call in a transaction, with the batch locked."""
    with connection.cursor() as cursor:
        # Whoever edits one of them now is waited for, and then seen.
        cursor.execute(
            "SELECT m.id FROM groups_member m JOIN groups_memberimportrow r ON r.member_id = m.id"
            " WHERE r.batch_id = %s AND (r.lane = 'new' OR r.old IS NOT NULL"
            " OR r.places_new IS NOT NULL) ORDER BY m.id"
            " FOR UPDATE OF m",
            [batch.pk],
        )
        places, places_kept = untouched(batch, _LATER.as_string())
        remove, restore, keep = weigh(batch, places)
        take_back_places(places)
        touched = remove + [member for _row, member in restore]
        if batch.consent_notice_id:
            cursor.execute(
                "DELETE FROM groups_consentrecord WHERE notice_id = %s AND recorded_at <= %s"
                " AND recorded_by_id = %s AND basis = %s AND member_id = ANY(%s)",
                [
                    batch.consent_notice_id, batch.committed_at, batch.committed_by_id,
                    batch.consent_basis, touched,
                ],
            )  # fmt: skip
        cursor.execute(
            "DELETE FROM groups_consentrecord c USING groups_memberimportrow r"
            " WHERE r.batch_id = %s AND r.member_id = c.member_id AND c.member_id = ANY(%s)"
            " AND to_jsonb(c.notice_id) = r.consent -> 'notice' AND c.recorded_at <= %s"
            " AND c.recorded_by_id = %s",
            [batch.pk, touched, batch.committed_at, batch.committed_by_id],
        )
        cursor.execute(
            "DELETE FROM groups_nationalid WHERE came_with_id = %s AND member_id = ANY(%s)",
            [batch.pk, touched],
        )
        cursor.execute("DELETE FROM groups_member WHERE id = ANY(%s)", [remove])
        cursor.execute(_restore(), [[row for row, _member in restore]])
    _remove_teams(batch)
    erased_people.hold_again(batch)
    rows = [row for row, _member in restore]
    return UndoPlan(len(remove), len(restore), keep, rows, len(places), places_kept)


def _restore() -> sql.Composed:
    names = columns_of_register()
    return sql.SQL(
        "UPDATE groups_member m SET ({names}) ="
        " (SELECT {values} FROM jsonb_populate_record(m, r.old) n)"
        " FROM groups_memberimportrow r WHERE r.id = ANY(%s) AND m.id = r.member_id"
    ).format(
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(sql.Identifier("n", name) for name in names),
    )


def _remove_teams(batch: MemberImport) -> None:
    """Teams that the list brought, where nothing uses them."""
    unused = Team.objects.filter(pk__in=list(batch.new_teams.values()), hamlet=batch.hamlet_id)
    for relation in Team._meta.related_objects:
        unused = unused.exclude(**{f"{relation.field.related_query_name()}__isnull": False})
    unused.delete()
