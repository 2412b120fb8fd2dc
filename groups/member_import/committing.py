"""Writing a previewed list into the register, in chunks that a killed worker cannot do twice.

A chunk is one transaction: its people and the pointer `rows_done` move together, under the lock of
the batch's row. A new person has had an id since the preview.
"""

from datetime import timedelta
from typing import Any

from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from accounts.audit import services as audit
from accounts.services import NotAllowed
from accounts.work_budget import UNLIMITED, WorkBudget
from groups.coverage.households import by_hamlet
from groups.member_import import agreements, enqueue, erased_people, previewing
from groups.member_import.models import MemberImport, MemberImportFile, MemberImportRow
from groups.member_import.new_teams import make_teams
from groups.member_import.place_planning import plan_places, says_nothing
from groups.member_import.place_writing import write_places, write_proxies, written
from groups.member_import.planning import count, whole_sets
from groups.member_import.reader.problems import notice
from groups.residents.consent import services as consent
from groups.residents.models import Member

CHUNK = 5000
UNDO_DAYS = 30
Lane, State = MemberImportRow.Lane, MemberImport.State

# Columns of the register that come from the row of the list.
FROM_ROW = (
    "team_id", "full_name", "birth_year", "birth_date", "gender", "phone", "address",
    "household_code", "sort_key", "search_text",
)  # fmt: skip


def columns_of_register() -> list[str]:
    """Every column of a member but its id."""
    return [f.attname for f in Member._meta.concrete_fields if not f.primary_key]


def defaults() -> dict[str, sql.Composable]:
    """Values of a new person in the columns that no list has."""
    found: dict[str, sql.Composable] = {}
    for field in Member._meta.concrete_fields:
        if field.primary_key or field.attname in (*FROM_ROW, "hamlet_id", "is_representative"):
            continue
        if isinstance(field, models.UUIDField) and field.has_default():
            found[field.attname] = sql.SQL("gen_random_uuid()")
            continue
        value = field.get_default()
        if not isinstance(value, DatabaseDefault):
            found[field.attname] = sql.Literal(field.get_prep_value(value))
    return found


def _insert() -> sql.Composed:
    others = defaults()
    return sql.SQL(
        "INSERT INTO groups_member (id, hamlet_id, {plain}, is_representative, {others})"
        " SELECT r.member_id, %(hamlet)s, {values}, COALESCE(r.is_representative, TRUE), {defaults}"
        " FROM groups_memberimportrow r"
        " WHERE r.batch_id = %(batch)s AND r.position > %(after)s AND r.position <= %(upto)s"
        " AND r.lane = 'new'"
    ).format(
        plain=sql.SQL(", ").join(map(sql.Identifier, FROM_ROW)),
        others=sql.SQL(", ").join(map(sql.Identifier, others)),
        values=sql.SQL(", ").join(sql.Identifier("r", name) for name in FROM_ROW),
        defaults=sql.SQL(", ").join(others.values()),
    )


def _update() -> sql.Composed:
    names = columns_of_register()
    return sql.SQL(
        "UPDATE groups_member m SET ({names}) ="
        " (SELECT {values} FROM jsonb_populate_record(m, r.new) n)"
        " FROM groups_memberimportrow r"
        " WHERE r.batch_id = %(batch)s AND r.position > %(after)s AND r.position <= %(upto)s"
        " AND r.lane = 'changed' AND m.id = r.member_id AND m.hamlet_id = %(hamlet)s"
        " AND to_jsonb(m) @> r.old"
    ).format(
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(sql.Identifier("n", name) for name in names),
    )


# Whoever was edited, taken away, or added by somebody else, since the preview.
_OUTDATE_CHANGED = """
    UPDATE groups_memberimportrow r SET lane = 'outdated',
        problems = COALESCE(r.problems, '[]') || %(outdated)s::jsonb
    WHERE r.batch_id = %(batch)s AND r.position > %(after)s AND r.position <= %(upto)s
      AND r.lane = 'changed' AND NOT EXISTS (
          SELECT FROM groups_member m WHERE m.id = r.member_id
          AND to_jsonb(m) @> (r.old || r.new))
"""
_OUTDATE_SAME = """
    UPDATE groups_memberimportrow r SET lane = 'outdated', member_id = NULL,
        problems = COALESCE(r.problems, '[]') || %(gone)s::jsonb
    WHERE r.batch_id = %(batch)s AND r.position > %(after)s AND r.position <= %(upto)s
      AND r.lane = 'same' AND NOT EXISTS (SELECT FROM groups_member m WHERE m.id = r.member_id)
"""
_OUTDATE_NEW = """
    UPDATE groups_memberimportrow r SET lane = 'outdated', member_id = NULL,
        problems = COALESCE(r.problems, '[]') || %(added)s::jsonb
    FROM groups_member m
    WHERE r.batch_id = %(batch)s AND r.position > %(after)s AND r.lane = 'new'
      AND m.hamlet_id = %(hamlet)s AND m.search_text = r.search_text
      AND (r.decision = '' OR (
          m.gender = r.gender AND m.address = r.address AND m.birth_year = r.birth_year
          AND COALESCE(m.team_id, 0) = COALESCE(r.team_id, 0)))
      AND m.phone = r.phone AND m.status IN ('active', 'left', 'withdrawn')
      AND m.id <> r.member_id
      AND (r.phone <> '' OR (
          COALESCE(m.birth_year, 0) = COALESCE(r.birth_year, 0)
          AND COALESCE(m.team_id, 0) = COALESCE(r.team_id, 0)
          AND (m.birth_date IS NULL OR r.birth_date IS NULL OR m.birth_date = r.birth_date)))
      AND NOT EXISTS (
          SELECT FROM groups_memberimportrow o WHERE o.batch_id = %(batch)s
          AND o.position <= %(after)s AND o.member_id = m.id)
"""


BROKE = (
    "Chưa nhập được vì lỗi của cổng, chưa ghi gì vào danh sách thành viên. Hãy tải lại danh sách; "
    "vẫn vậy thì báo quản trị kỹ thuật."
)


def run(batch_id: int, budget: WorkBudget = UNLIMITED) -> None:
    """Write what is left of a batch in state COMMITTING; a no-op in any other state.

    A budget that is spent between two chunks calls a worker for the rest.
    A list that the database refuses before anybody was written goes back to its preview, so that
    it does not stand in the way of others for ever.
    """
    try:
        _run(batch_id, budget)
    except (IntegrityError, DataError):
        untouched = MemberImport.objects.filter(pk=batch_id, state=State.COMMITTING, rows_done=0)
        untouched.update(state=State.PREVIEW, message=BROKE, heartbeat_at=None)
        raise


def _run(batch_id: int, budget: WorkBudget) -> None:
    is_fresh = True
    numbers = previewing.read_numbers(batch_id)
    while True:
        with transaction.atomic():
            batch = (
                MemberImport.objects.select_for_update(of=("self",))
                .select_related("hamlet__commune", "consent_notice", "consent_collected_by")
                .filter(pk=batch_id, state=State.COMMITTING)
                .first()
            )
            if batch is None:
                return
            if is_fresh:
                _prepare(batch, numbers)
                is_fresh = False
            elif erased_people.hold_back(batch):  # somebody was erased between two chunks
                count(batch)
            if batch.rows_done < batch.rows_total:
                _write_chunk(batch, numbers)
            if batch.rows_done >= batch.rows_total:
                _finish(batch)
                return
        if budget.is_spent:
            enqueue.wake_writer(batch_id)
            return


def _values(batch: MemberImport, upto: int) -> dict[str, Any]:
    return {
        "batch": batch.pk,
        "hamlet": batch.hamlet_id,
        "after": batch.rows_done,
        "upto": upto,
        "outdated": Jsonb([notice("outdated")]),
        "added": Jsonb([notice("added_meanwhile")]),
        "gone": Jsonb([notice("gone_meanwhile")]),
    }


def _prepare(batch: MemberImport, numbers: previewing.Numbers) -> None:
    """Bring teams and people up to date: they may have changed since the preview or a crash."""
    previewing.mark(batch, numbers)
    agreements.check_again(batch)
    if erased_people.hold_back(batch):
        count(batch)
    if not batch.rows_done:
        plan_places(batch)
    if not _writes(batch):
        batch.new_teams = {}
        return
    make_teams(batch)
    with connection.cursor() as cursor, whole_sets(cursor):
        cursor.execute(_OUTDATE_NEW, _values(batch, batch.rows_total))
        if cursor.rowcount:
            count(batch)


def _writes(batch: MemberImport) -> bool:
    return bool(batch.counts.get(Lane.NEW) or batch.counts.get(Lane.CHANGED))


def _write_chunk(batch: MemberImport, numbers: previewing.Numbers) -> None:
    signed = consent_of(batch)
    is_idle = signed is None and not _writes(batch) and says_nothing(batch)
    upto = batch.rows_total if is_idle else min(batch.rows_done + CHUNK, batch.rows_total)
    values = _values(batch, upto)
    with connection.cursor() as cursor:
        outdated = 0
        if batch.counts.get(Lane.NEW):
            cursor.execute(_insert(), values)
        if batch.counts.get(Lane.CHANGED):
            cursor.execute(_update(), values)
            cursor.execute(_OUTDATE_CHANGED, values)
            outdated += cursor.rowcount
        if batch.counts.get(Lane.SAME):
            cursor.execute(_OUTDATE_SAME, values)
            outdated += cursor.rowcount
        if outdated:
            count(batch)
    previewing.keep(batch, numbers, upto)
    write_places(batch, upto)
    for one, rows in agreements.of_lines(batch, upto):
        if _give(batch, rows, one):
            erased_people.lift(batch, [row for row, _member in rows])
    if signed is not None:
        _state_consent(batch, signed, upto)
    batch.rows_done, batch.heartbeat_at = upto, timezone.now()
    batch.save(update_fields=["rows_done", "heartbeat_at", "new_teams", "message", "counts"])


# Everybody of the chunk who takes part and never took an agreement back.
_AGREEING = """
    SELECT r.id, m.id FROM groups_memberimportrow r JOIN groups_member m ON m.id = r.member_id
    WHERE r.batch_id = %(batch)s AND r.position > %(after)s AND r.position <= %(upto)s
      AND r.lane IN ('new', 'changed', 'same') AND m.status = 'active'
      AND m.hamlet_id = %(hamlet)s
      AND NOT EXISTS (SELECT FROM groups_consentrecord c WHERE c.member_id = m.id
                      AND (c.notice_id = %(notice)s
                           OR (c.withdrawn_at IS NOT NULL AND c.basis <> 'zalo')))
"""
_KEEP_OLD = """
    UPDATE groups_memberimportrow r SET old = COALESCE(r.old, to_jsonb(m)),
        new = COALESCE(r.new, '{}')
    FROM groups_member m WHERE r.id = ANY(%(rows)s) AND m.id = r.member_id AND r.lane = 'same'
"""
_KEEP_NEW = """
    UPDATE groups_memberimportrow r SET new = COALESCE(r.new, '{}') || jsonb_build_object(
        'consent_basis', m.consent_basis, 'consent_version', m.consent_version,
        'consent_given_at', m.consent_given_at,
        'consent_collected_by_id', m.consent_collected_by_id)
    FROM groups_member m WHERE r.id = ANY(%(rows)s) AND m.id = r.member_id
"""


def consent_of(batch: MemberImport) -> consent.SignedConsent | None:
    """The paper that the officer stated for everybody of the list, if any."""
    if not (batch.consent_notice and batch.consent_given_on and batch.consent_collected_by):
        return None
    return consent.SignedConsent(
        notice=batch.consent_notice,
        basis=batch.consent_basis,
        given_on=batch.consent_given_on,
        collected_by=batch.consent_collected_by,
        evidence=batch.consent_evidence,
    )


def _state_consent(batch: MemberImport, signed: consent.SignedConsent, upto: int) -> None:
    if batch.committed_by is None:
        return
    values = _values(batch, upto) | {"notice": signed.notice.pk}
    with connection.cursor() as cursor:
        cursor.execute(_AGREEING, values)
        agreeing = cursor.fetchall()
    if not batch.consent_by_line:
        _give(batch, agreeing, signed)
        return
    papers, odd = agreements.of_marked(batch, signed, agreeing)
    for one, rows in papers:
        _give(batch, rows, one)
    if odd:
        batch.message = f"Chưa ghi sự đồng ý của {odd} người: ngày trước bản thông báo đã chọn."


def _give(
    batch: MemberImport, agreeing: list[tuple[int, int]], signed: consent.SignedConsent
) -> bool:
    """Write down that these people (row, member) signed; whether that was allowed."""
    if batch.committed_by is None:
        return False
    is_given = False
    rows = {"rows": [row for row, _member in agreeing]}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_OLD, rows)
        try:
            consent.give(
                [member for _row, member in agreeing], signed=signed, by=batch.committed_by
            )
            is_given = True
        except NotAllowed as refusal:  # the account lost its rights since it pressed the button
            batch.message = f"Có {len(agreeing)} người chưa ghi được sự đồng ý. {refusal}"
        cursor.execute(_KEEP_NEW, rows)
    return is_given


def _finish(batch: MemberImport) -> None:
    write_proxies(batch)
    batch.rows.filter(repaired__isnull=False).update(repaired=None)
    now = timezone.now()
    batch.state, batch.committed_at = State.COMMITTED, now
    batch.undo_until = now + timedelta(days=UNDO_DAYS)
    batch.heartbeat_at = None
    reach = by_hamlet([batch.hamlet])[batch.hamlet_id]
    batch.coverage = {**batch.coverage, "after": [reach.joined, reach.households]}
    batch.save(
        update_fields=[
            "coverage", "state", "committed_at", "undo_until", "heartbeat_at", "counts",
            "rows_total", "new_teams",
        ]
    )  # fmt: skip
    lanes = ("new", "changed", "same", "doubtful", "refused", "repeated", "outdated")
    figures: dict[str, Any] = {**batch.counts, "places": written(batch)}
    audit.record(
        "import.committed",
        by=batch.committed_by,
        target=batch,
        commune=batch.hamlet.commune,
        **{name: figures[name] for name in (*lanes, "places") if figures.get(name)},
    )


def expired_files() -> models.QuerySet[MemberImportFile]:
    """Files past the days in which a list can be taken back, and of lists nobody committed."""
    return MemberImportFile.objects.filter(batch__in=_expired())


def expired_rows() -> models.QuerySet[MemberImportRow]:
    return MemberImportRow.objects.filter(batch__in=_expired())


def _expired() -> models.QuerySet[MemberImport]:
    now = timezone.now()
    old = models.Q(created_at__lt=now - timedelta(days=UNDO_DAYS)) & ~models.Q(
        state__in=[State.COMMITTED, State.COMMITTING]
    )
    return MemberImport.objects.filter(models.Q(undo_until__lt=now) | old)
