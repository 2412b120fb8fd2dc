"""Demo: households that came, left and came back over 24 months; the numbers of all households."""

from datetime import date, timedelta
from random import Random

from accounts.models import Commune
from groups.household_counts import services as household_counts
from groups.models import Hamlet, Membership, MembershipSpell
from groups.residents.spells.models import Source

MONTH = 30  # days
RANDOM_SEED = 20
# Months ago, and the share of the people in groups who came then; the rest came lately.
CAME = ((24, 4), (21, 8), (18, 10), (15, 12), (11, 8), (8, 14), (5, 16), (3, 12))
LATELY = 16
# Months ago when groups emptied: who was in them came back on the day that is on record.
EMPTIED = (12, 6)
LEAVERS = 0.35
# Months ago, and households of a hundred that there are today.
HOUSEHOLDS = ((25, 96), (13, 101), (7, 100))


def make_past(commune: Commune, today: date) -> None:
    """Date what the commune has."""
    random = Random(RANDOM_SEED)  # noqa: S311 -- not a secret
    for hamlet in Hamlet.objects.of_commune(commune).valid_on(today).order_by("code"):
        for months, share in HOUSEHOLDS:
            number = hamlet.households if share == 100 else _share_of(hamlet, share)
            _date_households(hamlet, number, today - timedelta(days=months * MONTH))
    _date_memberships(commune, today, random)


def _share_of(hamlet: Hamlet, share: int) -> int:
    return hamlet.households * share // 100


def _date_households(hamlet: Hamlet, number: int, on: date) -> None:
    today = hamlet.households
    household_counts.record(hamlet, number, on=on, by=None)
    hamlet.households = today


def _date_memberships(commune: Commune, today: date, random: Random) -> None:
    """People came month by month; some were there before, left with others, and came back."""
    rows = list(Membership.objects.joined().filter(member__hamlet__commune=commune).order_by("pk"))
    came: dict[int, date] = {}
    shares = [share for _months, share in CAME]
    for row in rows:
        if row.member_id not in came:
            (months,) = random.choices([*(one for one, _share in CAME), 0], [*shares, LATELY])
            came[row.member_id] = today - timedelta(days=months * MONTH + random.randrange(2, 28))
        row.joined_on = min(came[row.member_id] + timedelta(days=random.randrange(2)), today)
    Membership.objects.bulk_update(rows, ["joined_on"], batch_size=500)
    MembershipSpell.objects.bulk_create(_stays_before(rows, today, random), batch_size=500)


def _stays_before(rows: list[Membership], today: date, random: Random) -> list[MembershipSpell]:
    stays = []
    for row in rows:
        for months in EMPTIED:
            ended = today - timedelta(days=months * MONTH + random.randrange(5))
            if row.joined_on is None or row.joined_on <= ended or random.random() > LEAVERS:
                continue
            began = ended - timedelta(days=random.randrange(60, 150))
            stays.append(
                MembershipSpell(
                    member_id=row.member_id, group_id=row.group_id, began_on=began, ended_on=ended,
                    source=Source.LIST, end_source=Source.LIST,
                )
            )  # fmt: skip
            break
    return stays
