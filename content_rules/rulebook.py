"""All rules about the content of a text: secrets, numbers and names of people, plates, duty plans.

Pure rules over words, without the database: the check of posts stops by them, and the pages of tips
propose by them what to strike out.
"""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from content_rules.engine.findings import GRAVITY, Hit, Level
from content_rules.engine.reading import Span, read, spans_of
from content_rules.engine.rules import Post, Rule
from content_rules.names.private import NamedPerson
from content_rules.rosters.cues import DutyPlan
from content_rules.rules.money import BankAccount, BankCard
from content_rules.rules.numbers import Insurance, NationalId, Passport
from content_rules.rules.phones import PrivatePhone, UnlistedPhone
from content_rules.rules.plates import Plate
from content_rules.rules.secrecy import SecrecyMark, mark_of
from content_rules.rules.secret_numbers import SecretDocument
from content_rules.rules.tellers import Teller

__all__ = ["GIVES_AWAY", "RULES", "Hit", "Level", "blocked", "carries_mark", "find"]

# What nobody beyond the police may read, in answers and papers as in posts.
GIVES_AWAY = frozenset({"secrecy", "secret_document", "teller"})
# The mark of a document and its number are two things to take out.
_OF_SECRETS = {"secrecy", "secret_document"}
_HOLDS_OTHERS = {"duty_plan", "teller"}
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_MENTION = re.compile(r"\[\s*@")
_SIGNS_OF_NAMES = re.compile(r"[_+＿＋]|(?<!\d)[.\-．－]|[.\-．－](?!\d)")


class Mention(Rule):
    """The sign that would call the whole group."""

    name = "mention"
    level = Level.WARN
    excerpt = "[@"
    sentence = "Ký hiệu “[@” sẽ được tách ra để không gọi tên cả nhóm."
    examples = ("Chào [@all] bà con",)
    counterexamples = ("Gửi thư tới xa@example.vn",)

    def spans(self, post: Post) -> list[Span]:
        return spans_of(_MENTION, post.reading.text)[:1]


RULES: tuple[Rule, ...] = (
    SecrecyMark(), SecretDocument(), Teller(), NationalId(), Passport(), Insurance(), BankCard(),
    PrivatePhone(), UnlistedPhone(), BankAccount(), Plate(), NamedPerson(), DutyPlan(), Mention(),
)  # fmt: skip


def find(
    raw: str,
    *,
    where: str = "text",
    official: frozenset[str] = frozenset(),
    today: date | None = None,
) -> list[Hit]:
    """Every finding about these words, in their order; `official` are phones in E.164.

    Of two rules about the same letters the graver finding stays, else the longer.
    """
    reading = read(_SIGNS_OF_NAMES.sub(" ", raw) if where.endswith("name") else raw, where)
    post = Post(reading, today or datetime.now(VIETNAM).date(), official)
    found = [hit for rule in RULES for hit in rule.find(post)]
    chosen: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (GRAVITY[hit.level], hit.start - hit.end)):
        if not any(_overlap(hit, other) for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda hit: (hit.start, hit.end))


def blocked(words: str) -> list[str]:
    """Sentences about secrecy marks, numbers and names of residents in the text."""
    hits = find(words) if words.strip() else []
    return list(dict.fromkeys(hit.sentence for hit in hits if hit.level == Level.BLOCK))


def _overlap(one: Hit, other: Hit) -> bool:
    """About the same letters; a roster or a teller's clause may well hold a phone or a name, a
    secret number a mark."""
    if _HOLDS_OTHERS & {one.rule, other.rule} or {one.rule, other.rule} == _OF_SECRETS:
        return False
    return one.start < other.end and other.start < one.end


def carries_mark(text: str, where: str = "text") -> bool:
    """Whether the text carries a mark of secrecy and so may not be kept here."""
    return mark_of(read(text, where)) is not None
