"""The teams that a list brings, made when it is written down."""

from django.db import connection

from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.staging import Teams
from groups.places.models import Team

Lane = MemberImportRow.Lane


def make_teams(batch: MemberImport) -> None:
    """New teams get the ids that the rows name; who made the same team meanwhile wins."""
    known = Teams(batch.hamlet)
    used = set(
        MemberImportRow.objects.filter(
            batch=batch,
            team_id__in=list(batch.new_teams.values()),
            lane__in=[Lane.NEW, Lane.CHANGED],
        )
        .order_by()
        .values_list("team_id", flat=True)
        .distinct()
    )
    made = {}
    for name, pk in batch.new_teams.items():
        if pk not in used:
            continue
        existing = known.find(name)
        if existing is None:
            Team.objects.create(pk=pk, hamlet=batch.hamlet, name=name)
        if existing in (None, pk):
            made[name] = pk
        else:
            _name_other_team(batch, pk, existing)
    batch.new_teams = made | _make_vanished_teams(batch, known)


def _make_vanished_teams(batch: MemberImport, known: Teams) -> dict[str, int]:
    """Teams that were there at the preview and went since, as with the undo of another list."""
    gone = (
        MemberImportRow.objects.filter(batch=batch, lane__in=[Lane.NEW, Lane.CHANGED])
        .exclude(team_id=None)
        .exclude(team_id__in=Team.objects.filter(hamlet=batch.hamlet).values("pk"))
        .order_by("team_id")
        .values_list("team_id", "team")
        .distinct()
    )
    made: dict[str, int] = {}
    for pk, name in [(pk, name) for pk, name in gone if pk is not None]:
        other = known.find(name) or made.get(name)
        if other is None:
            other = made[name] = Team.objects.create(hamlet=batch.hamlet, name=name).pk
        _name_other_team(batch, pk, other)
    return made


def _name_other_team(batch: MemberImport, pk: int, other: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE groups_memberimportrow SET team_id = %s, new = CASE WHEN new ? 'team_id'"
            " THEN new || jsonb_build_object('team_id', %s::bigint) ELSE new END"
            " WHERE batch_id = %s AND team_id = %s",
            [other, other, batch.pk, pk],
        )
