"""A reader of dumps, without any key and with one."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import combinations, islice
from math import comb
from random import Random
from zoneinfo import ZoneInfo

from django.apps import apps

from accounts.encryption.fields import EncryptedBinaryField
from accounts.encryption.rotation import Column, encrypted_fields
from accounts.encryption.services import DecryptionError, KeyRing
from reports.models import TipReport
from tests.flows.leaks.places import rows_of

UTC = ZoneInfo("UTC")
_MOMENT = re.compile(
    rb"(20\d\d)-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?([+-]\d\d(?::?\d\d)?|Z)?"
)
_EPOCH = re.compile(rb"(?<!\d)(1[5-9]\d{8})(?:\.?\d{3,6})?(?!\d)")
NOT_THERE = "\\N"
FEW = 8  # values of a column that are looked at by themselves
SURE = 0.9
FEWEST = 5
# Of few tips some column parts the two sides by chance: 12 of 13 rightly for one in 66 columns of
# random lengths. Such a column tells only if so few other ways to part the tips do as well.
BY_CHANCE = 0.001
FEW_TIPS, DRAWS = 40, 2_000  # of more tips no chance reaches `SURE`
LONGEST_WITH_A_MOMENT = 10_000  # files are longer


def minutes(heap: bytes) -> Counter[datetime]:
    """Every moment that stands in a heap, as a minute of UTC; times without a zone count twice."""
    found: Counter[datetime] = Counter()
    for year, month, day, hour, minute, zone in _MOMENT.findall(heap):
        try:
            moment = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=UTC)
        except ValueError:
            continue
        offset = int(zone[:3]) if zone[:1] in {b"+", b"-"} else 0
        found[moment - timedelta(hours=offset)] += 1
        if not zone:
            found[moment - timedelta(hours=7)] += 1
    for seconds in _EPOCH.findall(heap):
        found[datetime.fromtimestamp(int(seconds) // 60 * 60, UTC)] += 1
    return found


def minutes_by_column(plain: bytes) -> dict[str, Counter[datetime]]:
    """Return `minutes` for each column of a dump that holds some."""
    found: dict[str, Counter[datetime]] = defaultdict(Counter)
    for table, row in rows_of(plain):
        for column, value in row.items():
            if value != NOT_THERE and len(value) < LONGEST_WITH_A_MOMENT:
                found[f"{table}.{column}"] += minutes(value.encode())
    return {name: moments for name, moments in found.items() if moments}


def minute_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def opened(plain: bytes, keys: dict[str, bytes]) -> dict[str, list[bytes]]:
    """Open a dump with these keys (kid → 32 bytes): column → contents.

    Whoever steals a dump and a key knows the source, so also to what each value is bound.
    """
    ring = KeyRing(keys)
    columns: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for model, column in _sealed_columns():
        is_file = isinstance(column, EncryptedBinaryField)
        columns[model._meta.db_table].append((column.column, is_file))
    found: dict[str, list[bytes]] = defaultdict(list)
    for table, row in rows_of(plain):
        for name, is_file in columns.get(table, ()):
            context = f"{table}.{name}:{row['uuid']}"
            content = _opened(ring, row[name], context, is_file=is_file)
            if content is not None:
                found[f"{table}.{name}"].append(content)
    return dict(found)


def _opened(ring: KeyRing, value: str, context: str, *, is_file: bool) -> bytes | None:
    if value in {NOT_THERE, ""}:
        return None
    try:
        if is_file:
            return ring.unseal_bytes(bytes.fromhex(value.removeprefix("\\\\x")), context=context)
        return ring.unseal(value, context=context).encode()
    except DecryptionError:
        return None


def purposes() -> dict[str, str]:
    """`table.column` → purpose, for every sealed column; of the vault's no key here opens one."""
    return {
        f"{model._meta.db_table}.{column.column}": "" if column.is_of_vault else column.purpose
        for model, column in _sealed_columns()
    }


def _sealed_columns() -> Iterator[Column]:
    yield from encrypted_fields()
    yield from encrypted_fields(of_vault=True)


def unsealed_texts() -> list[str]:
    """Columns of a tip or of its parts that may hold free text in clear; choices are none."""
    found = set()
    for model in apps.get_app_config("reports").get_models():
        if model is not TipReport and not any(f.name == "tip" for f in model._meta.fields):
            continue
        for column in model._meta.concrete_fields:
            if column.get_internal_type() == "TextField" and not hasattr(column, "purpose"):
                found.add(f"{model._meta.db_table}.{column.column}")
    return sorted(found)


def telling_columns(plain: bytes, first: Iterable[int], second: Iterable[int]) -> dict[str, float]:
    """Columns by which two sets of tips (by their number) can be told apart, and how well.

    A guess looks at one column alone: at one of its values, at the length of the values, or at how
    many rows a tip has in the table. 0.5 is chance, 1.0 is certain; what reaches `SURE` is given,
    unless chance alone does as well. Of a handful of tips nothing can be said.
    """
    sides = dict.fromkeys(first, False) | dict.fromkeys(second, True)
    if min(Counter(sides.values()).values(), default=0) < FEWEST:
        return {}
    seen: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for table, row in rows_of(plain):
        tip = row.get("id") if table == "reports_tipreport" else row.get("tip_id")
        if not table.startswith("reports_") or tip in {None, NOT_THERE} or int(tip) not in sides:
            continue
        for column, value in row.items():
            if column not in {"id", "tip_id", "code"}:  # they count, and differ for everything
                seen[f"{table}.{column}"][int(tip)].append(value)
    found = {}
    for name, values in seen.items():
        features = _features(values, sides)
        sure = _best_guess(features, sides)
        if sure >= SURE and _by_chance(features, sides, sure) <= BY_CHANCE:
            found[name] = round(sure, 2)
    return found


def _by_chance(features: list[dict[int, float]], sides: dict[int, bool], sure: float) -> float:
    """The share of all ways to part the tips into as many that a guess knows as well."""
    tips, size = list(sides), sum(sides.values())
    if len(tips) > FEW_TIPS:
        return 0.0
    chance = Random(len(tips))
    ways = (
        combinations(tips, size)
        if comb(len(tips), size) <= DRAWS
        else (chance.sample(tips, size) for _draw in range(DRAWS))
    )
    parted = [{tip: tip in way for tip in tips} for way in map(set, islice(ways, DRAWS))]
    return sum(_best_guess(features, one) >= sure for one in parted) / len(parted)


def _features(values: dict[int, list[str]], sides: dict[int, bool]) -> list[dict[int, float]]:
    """The numbers that a guess may go by, for each tip."""
    rows = {tip: values.get(tip, []) for tip in sides}
    features: list[dict[int, float]] = [
        {tip: len(held) for tip, held in rows.items()},
        {tip: sum(map(len, held)) for tip, held in rows.items()},
    ]
    common = Counter(value for held in rows.values() for value in set(held))
    for value, _count in common.most_common(FEW):
        features.append({tip: float(value in held) for tip, held in rows.items()})
    return features


def _best_guess(features: list[dict[int, float]], sides: dict[int, bool]) -> float:
    """The share of tips that the best rule of one column puts on the right side."""
    return max(_best_split(feature, sides) for feature in features)


def _best_split(feature: dict[int, float], sides: dict[int, bool]) -> float:
    best = 0.0
    for limit in set(feature.values()):
        right = sum((feature[tip] >= limit) == side for tip, side in sides.items())
        best = max(best, right, len(sides) - right)
    return best / len(sides)
