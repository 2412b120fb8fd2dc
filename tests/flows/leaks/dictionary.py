"""A dictionary attack: all that a thief can guess, hashed in every way, with each key they have.

    python -m tests.flows.leaks.dictionary --words 10000

Fills a database of its own with the demo, takes its dump and what lies beside it, and hashes the
common words of the project's own texts, pairs of them, and every phone, id of Zalo, name and tip of
that demo with each key of web and workers, for each purpose of the source. Nothing of a tip may be
found. The same with the vault's key must find people and words, or the attack is none. Needs
DATABASE_URL and REDIS_URL.
"""

import argparse
import hashlib
import hmac
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from dev.places import PROJECT
from tests.flows.database import own_database

BY_CHANCE = 10
TELLERS = 40  # of the demo's followers
START = 16  # hex digits by which a hash is found, also where a part of it is kept
TOKENS = "reports_tipreport.search_tokens"
PLAIN = ("md5", "sha1", "sha256", "sha512", "blake2b")
# Followers and linked residents are known to web, which writes to them: no tip hangs on these.
OF_THE_PORTAL = {
    "zalo_follower.user_index": "followers, whose ids web has sealed under its own key",
    "groups_linkcode.code_hash": "codes on paper, by which residents link themselves",
    "reports_tipreport.barred": "accounts, few and numbered, whom web must keep off a tip",
    "reports_diversion.barred": "the same, of what was handed on",
}
TEXTS = ("accounts", "broadcasts", "content_rules", "groups", "procedures", "reports",
         "tests/content_rules", "tests/reports")  # fmt: skip
_HEX = re.compile(r"[0-9a-f]{16,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LETTER_OF_OURS = re.compile(r"[à-ỹđ]")

type Formula = Callable[[str], bytes]


@dataclass
class Loot:
    """The haul of the thief: where each hash begins to stand, and the tokens of each tip."""

    places: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    tokens: dict[int, frozenset[int]] = field(default_factory=dict)

    def add(self, place: str, text: str) -> None:
        for run in _HEX.findall(text):
            self.places[run[:START]].add(place)

    def joined(self) -> list[str]:
        """Hashes that stand beside a tip and in a table of people: they would join the two."""
        return sorted(
            ", ".join(sorted(where))
            for where in self.places.values()
            if any(one.startswith(("zalo_follower.", "groups_")) for one in where)
            and any(one.startswith(("reports_", "oversight_informant")) for one in where)
        )


@dataclass
class Found:
    """Hashes that a guess explained, by place; words of tips, by their tokens."""

    guesses: int
    tried: int
    claims: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def of_tips(self) -> dict[str, int]:
        """How many guesses hit where, without what web must find to do its work."""
        return {place: len(hit) for place, hit in self.claims.items() if place not in OF_THE_PORTAL}

    def __str__(self) -> str:
        told = ", ".join(f"{place} {count}" for place, count in sorted(self.of_tips().items()))
        return f"{self.guesses:,} guesses, {self.tried:,} hashes: {told or 'nothing'}"


def loot(plain: bytes, heaps: Mapping[str, bytes]) -> Loot:
    """Read a dump, and heaps beside it."""
    from tests.flows.leaks.places import rows_of  # noqa: PLC0415 -- needs Django

    found = Loot()
    for table, row in rows_of(plain):
        for column, value in row.items():
            found.add(f"{table}.{column}", value)
        numbers = row.get("search_tokens", "").strip("{}\\N")
        if numbers:
            found.tokens[int(row["id"])] = frozenset(map(int, numbers.split(",")))
    for name, heap in heaps.items():
        found.add(name, heap.decode("utf-8", "replace"))
    return found


def keys_of_others() -> dict[str, bytes]:
    """Every secret of web and workers, as settings have it."""
    from django.conf import settings  # noqa: PLC0415 -- needs Django

    names = ("SECRET_KEY", "BLIND_INDEX_KEY", "ZALO_APP_SECRET", "ZALO_OA_SECRET_KEY",
             "VAPID_PRIVATE_KEY")  # fmt: skip
    held = {name: str(getattr(settings, name)).encode() for name in names}
    held |= {f"data {kid}": key for kid, key in settings.DATA_ENCRYPTION_KEYS.items()}
    return {name: key for name, key in held.items() if key}


def key_of_the_vault() -> dict[str, bytes]:
    from django.conf import settings  # noqa: PLC0415 -- needs Django

    return {"VAULT_INDEX_KEY": settings.VAULT_INDEX_KEY.encode()}


def purposes() -> list[str]:
    """Every purpose that stands in the source, of hashes that web makes and of the vault's."""
    from dev.contracts import literals  # noqa: PLC0415 -- needs Django

    known = literals.purposes()
    return sorted({one for kind in ("blind_index", "purpose") for one in known[kind]
                   if "{" not in one})  # fmt: skip


def formulas(keys: Mapping[str, bytes]) -> list[Formula]:
    """Every way to hash a guess: plain, keyed, and for each purpose that stands in the source."""
    from accounts.encryption.services import derive  # noqa: PLC0415 -- needs Django

    made: list[Formula] = [partial(_plain, name) for name in PLAIN]
    starts = [b"", *(f"{purpose}\0".encode() for purpose in purposes())]
    for secret in keys.values():
        for key in (secret, derive(secret, "vault_index")):
            made += [partial(_keyed, key, start) for start in starts]
    return made


def _plain(name: str, guess: str) -> bytes:
    return hashlib.new(name, guess.encode()).digest()


def _keyed(key: bytes, start: bytes, guess: str) -> bytes:
    return hmac.digest(key, start + guess.encode(), "sha256")


def attack(
    stolen: Loot, guesses: Iterable[str], keys: Mapping[str, bytes], words: Mapping[int, set[str]]
) -> Found:
    """Hash every guess in every way.

    `words`: what truly stands in each tip. A token is so short that chance hits some: one way of
    hashing tells words only if it finds one in so many of those that stand there.
    """
    listed = list(dict.fromkeys(guesses))
    made = formulas(keys)
    found = Found(len(listed), len(listed) * len(made))
    stands_in: dict[str, list[int]] = defaultdict(list)
    for tip, said in words.items():
        for word in said.intersection(listed):
            stands_in[word].append(tip)
    fewest = sum(map(len, stands_in.values())) / BY_CHANCE
    for formula in made:
        told = set()
        for guess in listed:
            digest = formula(guess).hex()
            for place in stolen.places.get(digest[:START], ()):
                found.claims[place].add(guess)
            for tip in stands_in.get(guess, ()):
                if int(digest[:5], 16) in stolen.tokens.get(tip, ()):
                    told.add(f"{guess} in {tip}")
        if len(told) > fewest:
            found.claims[TOKENS] |= told
    return found


def common_words(count: int) -> list[str]:
    """So many words and pairs of words of the project's texts, the commonest first, folded too."""
    from vietnamese.text import fold  # noqa: PLC0415 -- needs Django

    singles: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for folder in TEXTS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in {".txt", ".toml"}:
                for line in path.read_text(encoding="utf-8").lower().splitlines():
                    said = _WORD.findall(line)
                    singles.update(said)
                    pairs.update(
                        " ".join(pair) for pair in pairwise(said) if _LETTER_OF_OURS.search(pair[0])
                    )
    ranked = [word for word, _count in singles.most_common()]
    ranked += [pair for pair, _count in pairs.most_common()]
    return list(islice(dict.fromkeys(one for word in ranked for one in (word, fold(word))), count))


def spelled(phone: str) -> list[str]:
    """A phone as it is hashed by this or that program."""
    digits = re.sub(r"\D", "", phone)
    nine = digits[-9:]
    return [phone, digits, f"0{nine}", f"84{nine}", f"+84{nine}"]


def about_people(
    phones: Iterable[str], ids: Iterable[str], names: Iterable[str], files: Iterable[bytes] = ()
) -> list[str]:
    """Compose what people are known by with each account and kind of answer."""
    from reports.models import ChatReply  # noqa: PLC0415 -- needs Django
    from zalo.models import OfficialAccount  # noqa: PLC0415 -- needs Django

    found = [one for phone in phones for one in spelled(phone)]
    accounts = [str(one) for row in OfficialAccount.objects.all() for one in (row.pk, row.oa_id)]
    for person in ids:
        found += [person, *(f"{account}:{person}" for account in accounts)]
        found += [f"{person}:{kind}" for kind in ChatReply.Kind.values]
    for name in names:
        found += [name, name.lower()]
    return found + [hashlib.sha256(file).hexdigest() for file in files]


def of_tips() -> list[str]:
    """The numbers of each tip in the dump, by which one row may lead to another."""
    from reports.models import TipReport  # noqa: PLC0415 -- needs Django

    return [str(one) for pair in TipReport.objects.values_list("uuid", "pk") for one in pair]


def words_of_tips() -> dict[int, set[str]]:
    """The words that each tip is found by, as the vault reads them: to judge claims, not to make
    any."""
    from reports.models import TipReport  # noqa: PLC0415 -- needs Django
    from reports.tips.search import words_of  # noqa: PLC0415 -- needs Django
    from tests.vaults import opened  # noqa: PLC0415 -- needs Django

    with opened():
        return {tip.pk: set(words_of(f"{tip.summary} {tip.place}"))
                for tip in TipReport.objects.exclude(search_tokens=[])}  # fmt: skip


def everybody() -> tuple[list[str], list[str], list[str]]:
    """Phones, ids of Zalo and names of all people of the database, opened."""
    from groups.models import Member  # noqa: PLC0415 -- needs Django
    from reports.models import Reporter  # noqa: PLC0415 -- needs Django
    from tests.vaults import opened  # noqa: PLC0415 -- needs Django
    from zalo.models import Follower  # noqa: PLC0415 -- needs Django

    with opened():
        tellers: list[Any] = list(Reporter._base_manager.all())
        phones = {row.phone for row in tellers} | {row.phone for row in Member.objects.all()}
        ids = {row.zalo_user_id for row in tellers}
        ids |= {row.zalo_user_id for row in Follower.objects.all()}
        names = {row.name for row in tellers}
        names |= set(Member.objects.values_list("full_name", flat=True))
    return sorted(phones - {""}), sorted(ids - {""}), sorted(names - {""})


def tell_by_chat(count: int) -> int:
    """Some followers of the demo tell something on Zalo; returns how many."""
    from reports import intake  # noqa: PLC0415 -- needs Django
    from tests.vaults import opened  # noqa: PLC0415 -- needs Django
    from zalo.models import Follower  # noqa: PLC0415 -- needs Django

    with opened():
        rows = [row for row in Follower.objects.order_by("pk")[:count] if row.zalo_user_id]
        for row in rows:
            person = intake.Person(zalo_user_id=row.zalo_user_id)
            words = intake.TipContent("Tối nào cũng tụ tập đánh bạc sau quán nước.")
            intake.receive(row.account.commune, words, channel="oa_chat", person=person)
    return len(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--words", type=int, default=10_000)
    options = parser.parse_args()
    with own_database(), tempfile.TemporaryDirectory() as folder:
        from django.core.management import call_command  # noqa: PLC0415 -- needs Django
        from django.test import override_settings  # noqa: PLC0415 -- needs Django

        from tests.flows.leaks import places  # noqa: PLC0415 -- needs Django

        with override_settings(MEDIA_ROOT=folder), open(Path(folder, "portal.log"), "w+") as log:
            call_command("seed_demo", access_token="a", refresh_token="r", stdout=log)
            told = tell_by_chat(TELLERS)
            heaps = {"broker": places.broker(), **places.files()}  # the log lies in the folder
            stolen = loot(places.dump(), heaps)
        phones, ids, names = everybody()
        guesses = [*common_words(options.words), *about_people(phones, ids, names), *of_tips()]
        words = words_of_tips()
        sys.stdout.write(
            f"{len(phones)} phones, {len(ids)} ids, {len(names)} names, {len(words)} tips with "
            f"words, {told} of followers, {len(stolen.places)} hashes\n"
        )
        thief = attack(stolen, guesses, keys_of_others(), words)
        control = attack(stolen, guesses, key_of_the_vault(), words)
        both = stolen.joined()
    sys.stdout.write(f"without the vault's key: {thief}\nwith it: {control}\n")
    sys.stdout.write(f"hashes that join people to tips: {both or 'none'}\n")
    bites = (
        len(control.claims["reports_reporter.zalo_index"]) == told > 0 and control.claims[TOKENS]
    )
    is_good = bites and not thief.of_tips() and not both
    sys.stdout.write("ok\n" if is_good else "FOUND\n" if bites else "THE ATTACK FINDS NOTHING\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
