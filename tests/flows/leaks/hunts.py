"""Each hunt searches one kind of place and says what it found."""

import re
from collections.abc import Callable, Iterable
from itertools import zip_longest
from pathlib import Path

from django.conf import settings
from django.test import Client

from accounts.encryption.services import derive
from accounts.models import User
from accounts.users.roles import Role
from reports.models import TipAttachment, TipReport
from reports.proposals.models import ConflictProposal
from tests.flows.find_reporter import IDENTITY, Line
from tests.flows.leaks import dictionary, entrances, places, reading
from tests.flows.leaks.finder import Finder, Hit, Secret
from tests.flows.leaks.people import Person
from tests.flows.leaks.scene import Reported, Scene
from tests.vaults import look

DOORS = entrances.DOORS
QUEUED = "queues of the workers"
COMMON_WORDS = 1000  # ten times as many in the drill of the dictionary
READERS = {Role.CHIEF, Role.OFFICER, Role.DUTY_OFFICER}
_CHANGING = re.compile(
    b"|".join([
        (rb'(?:csrfmiddlewaretoken|csrf-token|nonce|draft|work|once)[^>]{0,40}?'
         rb'(?:value|content)?="[^"]*"'),
        rb'data-(?:version|address)="[^"]*"', rb"/viec/[\w-]{22}/",
        rb'data-proof-nonce="[^"]*"', rb"nonce-[\w+/=-]+", rb"sessionid=[^;]*", rb"csrf\w*=[^;]*",
        rb"challenge&quot;: &quot;[\w-]+",
        rb"\b\d\d:\d\d\b", "\\d+ (?:ngày|giờ|phút|giây|lần gọi tới Zalo)".encode(),
    ])
)  # fmt: skip
# Pages of one's own sessions and looks change with every look.
OWN = ("/admin/tai-khoan-cua-toi/", "/admin/xac-thuc/", "/admin/accounts/auditevent/")
OUTSIDE = ("/readyz", "/healthz", "/metrics", "/phan-anh/", "/nhom-chinh-thuc/")


def secrets_of(told: Iterable[Reported]) -> list[Secret]:
    """Everything known of the reporters, and their pictures as the portal keeps them."""
    found = []
    for one in told:
        found += one.person.secrets()
        for kept in TipAttachment.objects.filter(tip=one.tip).exclude(content=None):
            found.append(Secret(one.person.key, "picture kept", bytes(look(kept).content)))
    return found


def in_clear(hits: Iterable[Hit]) -> list[str]:
    return sorted(
        {f"{hit.kind} of {hit.owner} in {hit.where}: …{hit.around[:120]!r}…" for hit in hits}
    )


def quiet_pages(scene: Scene, most: int) -> dict[str, dict[str, bytes]]:
    """The pages of those who see no tip, before one more comes in."""
    for user in scene.users.values():  # a list of accounts has the day on which each signed in
        scene.sign_in(user)
    return {
        str(role): _plain_pages(scene, scene.users[role], most)
        for role in Role
        if role not in READERS
    }


def _plain_pages(scene: Scene, user: User, most: int) -> dict[str, bytes]:
    crawl = places.Crawl(scene.sign_in(user), "/admin/", *OUTSIDE, most=most).run()
    return {
        address: _CHANGING.sub(b"", page)
        for address, page in crawl.pages.items()
        if not address.startswith(OWN) and page[:2] != b"PK"  # a workbook knows its minute
    }


def compare_quiet_pages(scene: Scene, before: dict[str, dict[str, bytes]], most: int) -> list[Line]:
    """A tip more must not change one letter of what those see who may not know of it."""
    lines = []
    for role in Role:
        if str(role) not in before:
            continue
        was, now = before[str(role)], _plain_pages(scene, scene.users[role], most)
        changed = [
            f"{address}: {_first_change(was.get(address, b''), now.get(address, b''))}"
            for address in sorted(was.keys() | now.keys())
            if was.get(address) != now.get(address)
        ]
        lines.append(Line(f"{role}: before and after a tip", f"{len(was)} pages", changed))
    return lines


def _first_change(was: bytes, now: bytes) -> str:
    """The first line that is another."""
    pairs = zip_longest(was.split(b"\n"), now.split(b"\n"), fillvalue=b"")
    one, other = next((pair for pair in pairs if pair[0] != pair[1]), (b"", b""))
    shown = [part.strip()[:100].decode("utf-8", "replace") for part in (one, other)]
    return " → ".join(shown)


def everywhere(scene: Scene, log: Callable[[], str], folder: Path, most: int) -> list[Line]:
    """The whole table but for the comparisons made on the way."""
    finder = Finder(secrets_of(scene.told))
    plain = places.dump()
    lines = _in_pages(scene, finder, most)
    heaps = {"dump": plain, **places.backup(folder), "statements": places.statements(),
             QUEUED: scene.queued + places.drained(), "redis": places.broker(),
             "logs": log().encode(), **places.files(),
             "messages of the account": places.said_by_the_account(scene.state)}  # fmt: skip
    for name, heap in heaps.items():
        hits = finder.find(name, heap)
        lines.append(Line(name, f"{len(heap):,} bytes", in_clear(hits)))
    lines += _in_the_dump(scene, plain)
    lines += _exact_minutes(scene, heaps)
    lines += _with_keys(scene, plain, finder)
    lines += _with_a_dictionary(scene, plain, heaps)
    return lines


def in_logs(logged: bytes, tellers: list[Person]) -> Line:
    """Search the logs of web, workers and clock while reporters write through them."""
    finder = Finder(secret for person in tellers for secret in person.secrets())
    found = in_clear(finder.find("logs of the processes", logged))
    return Line("logs of the processes", f"{len(logged):,} bytes, {len(tellers)} tips", found)


def _in_pages(scene: Scene, finder: Finder, most: int) -> list[Line]:
    lines = []
    people: list[tuple[str, Client, bool]] = [("nobody", Client(), False)]
    people += [
        (str(role), scene.sign_in(user), role in READERS) for role, user in scene.users.items()
    ]
    people.append(("who is named in tips", scene.sign_in(scene.deputy), True))
    reach = {
        str(role): TipReport.objects.visible_to(user).count() for role, user in scene.users.items()
    }
    # A person decided that these tips only mention the deputy, who reads them from then on.
    lifted = set(
        ConflictProposal.objects.filter(user=scene.deputy, state="lifted").values_list(
            "tip", flat=True
        )
    )
    about_deputy = {
        one.person.key
        for one in scene.told
        if entrances.is_about_deputy(one) and one.tip.pk not in lifted
    }
    for name, client, may_read in people:
        crawl = places.Crawl(client, "/admin/", *OUTSIDE, most=most).run()
        hits = [
            hit
            for address, page in crawl.pages.items()
            for hit in finder.find(address, page + crawl.heads[address])
        ]
        is_deputy = name == "who is named in tips"
        forbidden = [
            hit
            for hit in hits
            if hit.kind in IDENTITY or not may_read or (is_deputy and hit.owner in about_deputy)
        ]
        words = {hit.owner for hit in hits if hit.kind == "words"}
        searched = f"{len(crawl.pages)} pages, {reach.get(name, 0)} tips, words of {len(words)}"
        lines.append(Line(f"pages of {name}", searched, in_clear(forbidden) + crawl.broken))
    return lines


def _in_the_dump(scene: Scene, plain: bytes) -> list[Line]:
    by_form = [one for one in scene.told if one.door == "form"]
    named = [one.tip.pk for one in by_form if one.is_named]
    unnamed = [one.tip.pk for one in by_form if not one.is_named]
    telling = reading.telling_columns(plain, named, unnamed)
    return [
        Line("dump: columns that tell who gave a name", f"{len(named)} beside {len(unnamed)}",
             [f"{name} {sure}" for name, sure in telling.items()]),
        Line("dump: free text of tips in clear", "columns of reports",
             reading.unsealed_texts()),
    ]  # fmt: skip


def _exact_minutes(scene: Scene, heaps: dict[str, bytes]) -> list[Line]:
    """Whether the minute of a tip stands anywhere; in the dump, in which column."""
    minutes = {
        name: reading.minutes(heap) for name, heap in heaps.items() if name not in {"dump", QUEUED}
    }
    for column, known in reading.minutes_by_column(heaps["dump"]).items():
        minutes[f"dump, {column}"] = known
    lines = []
    for door in DOORS:
        wanted = [one for one in scene.told if one.door == door and one.at.minute % 15]
        moments = {reading.minute_of(one.at) for one in wanted}
        found = [
            f"{len(seen)} in {place}"
            for place, known in minutes.items()
            if (seen := moments & known.keys())
        ]
        lines.append(Line(f"exact minute of a tip by {door}", f"{len(moments)} moments", found))
    return lines


def _with_keys(scene: Scene, plain: bytes, finder: Finder) -> list[Line]:
    kid, key = next(iter(settings.DATA_ENCRYPTION_KEYS.items()))
    old = dict(list(settings.DATA_ENCRYPTION_KEYS.items())[1:])
    held = {
        "words": {kid: derive(key, "words")}, "files": {kid: derive(key, "files")},
        "identity": {kid: derive(key, "identity")}, "drafts": {kid: derive(key, "drafts")},
        "an old key": old,
    }  # fmt: skip
    columns = reading.purposes()
    lines = []
    for name, keys in held.items():
        found = reading.opened(plain, keys)
        too_much = [column for column in found if columns[column] != name]
        hits = finder.find(name, b"\n".join(one for values in found.values() for one in values))
        if name == "files":  # no place, camera or name is left in what is kept
            too_much += in_clear(hit for hit in hits if hit.kind in IDENTITY)
        opened = sum(map(len, found.values()))
        kinds = ", ".join(sorted({hit.kind for hit in hits})) or "nothing of a person"
        lines.append(Line(f"with the key of {name}", f"opens {opened}: {kinds}"[:60], too_much))
    return lines


def _with_a_dictionary(scene: Scene, plain: bytes, heaps: dict[str, bytes]) -> list[Line]:
    """Hash all that is known of the reporters, and common words, with every key but the vault's."""
    crowd = [one.person for one in scene.told]
    guesses = dictionary.about_people(
        [person.phone for person in crowd], [one.zalo_id for one in crowd if one.zalo_id],
        [person.name for person in crowd], [person.photo for person in crowd],
    )  # fmt: skip
    words = dictionary.words_of_tips()
    said = {word for one in words.values() for word in one}
    guesses += [*dictionary.of_tips(), *said, *dictionary.common_words(COMMON_WORDS)]
    beside = {name: heap for name, heap in heaps.items() if not name.startswith(("dump", "backup"))}
    stolen = dictionary.loot(plain, beside)
    lines = []
    for name, keys in (
        ("every key but the vault's", dictionary.keys_of_others()),
        ("the key of the vault", dictionary.key_of_the_vault()),
    ):
        found = dictionary.attack(stolen, guesses, keys, words)
        hit = [f"{place} {count}" for place, count in found.of_tips().items()]
        is_thief = "but" in name
        if not is_thief and not hit:
            lines.append(Line(f"a dictionary with {name}", "must find people", ["nothing"]))
        searched = f"{found.guesses:,} guesses" + ("" if is_thief else f" hit {len(hit)} places")
        lines.append(Line(f"a dictionary with {name}", searched, hit if is_thief else []))
    lines.append(Line("hashes of people beside tips", "dump", stolen.joined()))
    return lines
