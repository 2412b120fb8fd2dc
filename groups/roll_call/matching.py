"""Match pasted names with people: sure, doubtful between a few, or nobody; over plain rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from groups.roll_call.pasted_text import Pasted
from vietnamese.text import clean, fold

# More people than this of one given name help nobody to choose.
CHOICES = 4
LONG_ENOUGH = 6  # letters of a name in which one wrong letter is a slip
HONORIFICS = {
    "ong", "ba", "anh", "chi", "co", "chu", "bac", "cu", "em", "di", "cau", "mo", "thim", "duong",
    "a", "c", "o", "b",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A person who may be meant. `phone`: blank where the account may not read it."""

    pk: int
    name: str
    zalo_name: str = ""
    phone: str = ""
    team: str = ""


@dataclass
class Matched:
    """`sure`: pasted name and person; `doubtful`: with who it may be; `repeated`: sure before."""

    sure: list[tuple[Pasted, Known]] = field(default_factory=list)
    doubtful: list[tuple[Pasted, list[Known]]] = field(default_factory=list)
    nobody: list[Pasted] = field(default_factory=list)
    repeated: list[Pasted] = field(default_factory=list)


class _Register:
    """People by everything that a pasted name may say of them."""

    def __init__(self, people: Iterable[Known]) -> None:
        self.people = list(people)
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self.by_zalo: dict[str, list[Known]] = defaultdict(list)
        self.by_given: dict[str, list[Known]] = defaultdict(list)
        self.by_rest: dict[tuple[str, ...], list[Known]] = defaultdict(list)
        for person in self.people:
            words = tuple(_words(person.name))
            self.by_name[" ".join(words)].append(person)
            if person.zalo_name:
                self.by_zalo[" ".join(_words(person.zalo_name))].append(person)
            if words:
                self.by_given[words[-1]].append(person)
            for place in range(len(words)):
                self.by_rest[_without(words, place)].append(person)

    def by_phone(self, phone: str) -> list[Known]:
        return [person for person in self.people if phone and person.phone.endswith(phone)]


def _words(text: str) -> list[str]:
    return Pasted(text).folded.split()


def _without(words: Sequence[str], place: int) -> tuple[str, ...]:
    """The words with a gap, which says where one may differ."""
    return (*words[:place], "", *words[place + 1 :])


def _one_letter_apart(first: str, second: str) -> bool:
    if abs(len(first) - len(second)) > 1:
        return False
    if len(first) == len(second):
        return sum(a != b for a, b in zip(first, second, strict=True)) == 1
    longer, shorter = sorted((first, second), key=len, reverse=True)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _told_apart(one: Pasted, found: list[Known]) -> list[Known]:
    """Fewer of several people, by phone, then team, then the marks of the name."""
    tests = (
        lambda person: bool(one.phone) and person.phone.endswith(one.phone),
        lambda person: bool(one.team) and person.team == one.team,
        lambda person: clean(person.name).lower() == clean(one.text).lower() != fold(one.text),
    )
    for test in tests:
        if len(found) > 1 and (fewer := [person for person in found if test(person)]):
            found = fewer
    return found


def _speaks_against(one: Pasted, person: Known) -> bool:
    """The pasted line has a phone or a team, and the person has another."""
    other_phone = one.phone and person.phone and not person.phone.endswith(one.phone)
    return bool(other_phone or (one.team and person.team and one.team != person.team))


def _alike(register: _Register, one: Pasted) -> list[Known]:
    """People whose name has the same words in part, in another order, or with one wrong letter."""
    words = _words(one.text)
    while len(words) > 1 and words[0] in HONORIFICS:
        words = words[1:]
    if not words:
        return []
    spoken = set(words)
    found = [
        person
        for given in dict.fromkeys((words[-1], words[0]))
        for person in register.by_given.get(given, [])
        if _is_part(spoken, set(_words(person.name)))
    ]
    if len("".join(words)) >= LONG_ENOUGH:
        for place in range(len(words)):
            for person in register.by_rest.get(_without(words, place), []):
                other = _words(person.name)
                if len(other) == len(words) and _one_letter_apart(words[place], other[place]):
                    found.append(person)
    return list({person.pk: person for person in found}.values())


def _is_part(spoken: set[str], name: set[str]) -> bool:
    return spoken <= name or (len(name) > 1 and name <= spoken)


def match(pasted: Iterable[Pasted], people: Iterable[Known]) -> Matched:
    """Say of each pasted name who it is. A person is sure once."""
    register, result, found_sure = _Register(people), Matched(), set[int]()
    for one in pasted:
        found = _same(register, one)
        sure = found[0] if len(found) == 1 else None
        if (
            sure is not None
            and one.text
            and not _speaks_against(one, sure)
            and _is_named(one, sure)
        ):
            if sure.pk in found_sure:
                result.repeated.append(one)
            else:
                found_sure.add(sure.pk)
                result.sure.append((one, sure))
            continue
        found = found or _told_apart(one, _alike(register, one))
        if 0 < len(found) <= CHOICES:
            result.doubtful.append((one, found))
        else:
            result.nobody.append(one)
    return result


def _same(register: _Register, one: Pasted) -> list[Known]:
    """People of this very name or Zalo name; else those of the phone."""
    named = [*register.by_zalo.get(one.folded, []), *register.by_name.get(one.folded, [])]
    unique = list({person.pk: person for person in named}.values())
    if one.text and unique:
        return _told_apart(one, unique)
    by_phone = register.by_phone(one.phone)
    if one.text and len(by_phone) > 1:
        shared = set(_words(one.text))
        by_phone = [who for who in by_phone if shared & set(_words(who.name))] or by_phone
    return by_phone


def _is_named(one: Pasted, person: Known) -> bool:
    """Whether name or Zalo name say the same: a phone alone leaves it to a person."""
    return one.folded in (Pasted(person.name).folded, Pasted(person.zalo_name).folded)
