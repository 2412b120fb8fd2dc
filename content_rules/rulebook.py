"""All rules about what is said, over one text, title, name of a file or document."""

import re
from bisect import bisect_left
from datetime import date, datetime
from zoneinfo import ZoneInfo

from content_rules.engine.findings import GRAVITY, Hit, Level
from content_rules.engine.reading import Reading, read, told_in_figures
from content_rules.names.private import named_people
from content_rules.rosters.cues import rosters
from content_rules.rules.money import accounts, cards
from content_rules.rules.numbers import identities, insurances, passports, plates
from content_rules.rules.phones import phones, spotted
from content_rules.rules.secrecy import carries_mark, marked_documents, marks

# The mark of a document and its number are two things to take out.
_OF_SECRETS = {"secrecy", "secret_document"}
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MOST = 50  # findings of one rule: nobody reads more
_MENTION = re.compile(r"\[\s*@")
_SIGNS_OF_NAMES = re.compile(r"[_+＿＋]|(?<!\d)[.\-．－]|[.\-．－](?!\d)")


def _mentions(reading: Reading) -> list[Hit]:
    found = _MENTION.search(reading.text)
    if found is None:
        return []
    sentence = "Ký hiệu “[@” sẽ được tách ra để không gọi tên cả nhóm."
    return [reading.hit("mention", Level.WARN, *found.span(), sentence, excerpt="[@")]


def find(
    raw: str,
    *,
    where: str = "text",
    official: frozenset[str] = frozenset(),
    today: date | None = None,
) -> list[Hit]:
    """Every finding about these words, in their order; `official` are phones in E.164.

    Where two rules speak about the same letters the graver one is kept, else the longer.
    """
    reading = read(_SIGNS_OF_NAMES.sub(" ", raw) if where.endswith("name") else raw, where)
    day = today or datetime.now(VIETNAM).date()
    duty = rosters(reading, day)
    figures = told_in_figures(reading)
    told = list(spotted(figures))
    known = [
        _between(reading, *figures.place(one.start, one.end))
        for one in told
        if one.number in official
    ]
    by_rule = [
        marks(reading),
        marked_documents(reading),
        identities(figures),
        passports(figures),
        insurances(figures),
        cards(figures),
        phones(figures, told, official),
        accounts(figures),
        plates(figures),
        named_people(reading, day, known, is_roster=bool(duty)),
        duty,
        _mentions(reading),
    ]
    found = [hit for hits in by_rule for hit in hits[:MOST]]
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (GRAVITY[hit.level], hit.start - hit.end)):
        if not any(_overlap(hit, other) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end))


def _between(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Where a stretch of the text as written stands in the plain form."""
    return bisect_left(reading.starts, start), bisect_left(reading.starts, end)


def _overlap(one: Hit, other: Hit) -> bool:
    """About the same letters; a whole roster may well hold a phone, a secret number a mark."""
    if "duty_plan" in {one.rule, other.rule} or {one.rule, other.rule} == _OF_SECRETS:
        return False
    return one.start < other.end and other.start < one.end


# What a text gives away: secrets, numbers of people, names, plates, plans of duty.
#
# Pure rules over words, without the database: the gate of posts stops by them, and the pages of
# tips propose by them what to strike out.


__all__ = ["Hit", "Level", "carries_mark", "find"]
