"""Names of the peoples of the highlands and of foreigners: they follow no list of families."""

import re
from collections.abc import Iterator

from content_rules.engine.lexicon import UNMARKED, bare_of, word_set
from content_rules.engine.reading import Reading, Span, meets
from content_rules.names.full import Name, case_of, full_names, is_kin
from content_rules.names.lexicon import NO_NAMES, UPPER, WHOLE_ORDER
from content_rules.names.rare import SYLLABLE

_CAPITAL = rf"{UPPER}[^\W\d_]{{0,20}}(?:['’ʼ`´-][^\W\d_]{{1,20}}){{0,3}}(?![\w'’-])"
# K'Thiên, H’Lan Niê, Y' Đên, with one or more words behind.
_PREFIXED = re.compile(
    rf"(?<![\w'’])(?:[KHYM]|Ka)\s?['’ʼ`´]\s?{UPPER}?(?!ang\b)[^\W\d_]+(?: {_CAPITAL}){{0,3}}"
)
_BARE_PREFIXED = re.compile(r"(?<![\w'’])[kh]['’ʼ`´][^\W\d_]{2,}")
_ETHNIC = word_set("peoples_with_apostrophe")
# Of the Hmong, the Hoa and the Sedang: Sùng A Chá, Vòng A Sáng, Vàng Mí Sò.
_OF_A = re.compile(
    rf"(?<![\w])({UPPER}[^\W\d_]+) (?:A|Mí|Seo|Láo|Nhì|Sáy|Sín|Tả|Mẩy) {_CAPITAL}(?: {_CAPITAL})?"
)
_NO_FAMILY = word_set("minority_not_families")
# Of the Ede, Jarai, Bahnar, Sedang, Khmer, Cham, Tay and others.
_FAMILIES = word_set("minority_families")
_OF_FAMILY = re.compile(rf"(?<![\w'’])(?!Hộ )({_CAPITAL})((?: {_CAPITAL}){{1,4}})")
_Y = re.compile(
    rf"(?<![\w'’])[YH] (?!(?:Tế|Bác|Học|Sĩ|Sỹ|Dược|Khoa)\b){_CAPITAL}(?: {_CAPITAL}){{0,3}}"
)
_PLACE = re.compile(rf"\b{bare_of('place_words_before_names')}\s{{1,2}}[\"“]?$")
_STRONG_CUE = re.compile(
    r"\b(?:(?:nguoi|quoc tich|cong dan|khach|du khach|doi tuong|chuyen gia|cong nhan|ky su|"
    rf"giam doc|chong|vo|re|dau|nha dau tu)\W{{1,2}}{bare_of('nations')}|"
    r"(?:mr|mrs|ms|miss)\.?|passport(?: name)?)"
    r"\W{1,3}(?:(?:la|ten|ten la|ong|ba|anh|chi|khach|co|mr|ms)\W{1,3}){0,3}$"
)
_CUE = re.compile(rf"\b{bare_of('foreigner_cues')}\W{{1,3}}(?:ten (?:la )?|la )?$")
_NO_PERSON = word_set("brands")
_FOREIGN = re.compile(rf"(?<![\w'’]){_CAPITAL}(?:[ ]{_CAPITAL}\.?){{1,4}}")
_LETTERS = re.compile(r"[^\W\d_]+")
_TITLE = re.compile(
    r"(?:(?:ong|ba|anh|chi|co|em|chau|be|chu|bac|cu|khach|thay|ban|vo|chong|mr|mrs|ms|miss)\b\.? )+"
)
_NATIONAL = re.compile(
    r"(?:(?:nguoi|khach|du khach|cong dan) )?(?:han quoc|trung quoc|nhat ban|dai loan|hong kong|"
    r"trieu tien|thai lan|an do|malaysia|singapore|campuchia|nuoc ngoai) "
)
_VOWEL = re.compile("[aeiouy]")
_NATION_NAMES = word_set("nation_names")
_FEWEST = 2


def _is_of_nobody(reading: Reading, start: int) -> bool:
    return _PLACE.search(reading.bare, max(0, start - 20), start) is not None


def _prefixed(reading: Reading) -> Iterator[Span]:
    for match in _PREFIXED.finditer(reading.text):
        bare = re.sub("[’ʼ`´]", "'", reading.bare[slice(*match.span())].replace(" ", ""))
        is_people = any(bare.startswith(one) for one in _ETHNIC)
        if not is_people and not _is_of_nobody(reading, match.start()):
            yield match.span()
    for match in _BARE_PREFIXED.finditer(reading.text):
        is_cued = _is_spoken_of(reading, match.start())
        if is_cued and reading.bare[slice(*match.span())] not in _ETHNIC:
            yield match.span()


def _of_the_highlands(reading: Reading) -> Iterator[Span]:
    for match in _OF_A.finditer(reading.text):
        if match[1].lower() not in _NO_FAMILY and not _is_of_nobody(reading, match.start()):
            yield match.span()
    for match in _Y.finditer(reading.text):
        words = {word.lower() for word in match[0].split()[1:]}
        if words & _FAMILIES or _is_spoken_of(reading, match.start()):
            yield match.span()
    for match in _OF_FAMILY.finditer(reading.text):
        parts = [word.lower() for word in _LETTERS.findall(match[0])]
        if _FAMILIES.isdisjoint((parts[0], parts[-1])) or not all(map(_has_vowel, parts)):
            continue
        if all(map(_is_syllable, parts)) or _NO_PERSON.intersection(parts):
            continue
        if not _is_of_nobody(reading, match.start()):
            yield match.span()


def _has_vowel(word: str) -> bool:
    return _VOWEL.search(word.translate(UNMARKED)) is not None


def _is_syllable(word: str) -> bool:
    return SYLLABLE.fullmatch(word.translate(UNMARKED)) is not None


def _is_spoken_of(reading: Reading, start: int) -> bool:
    cue = _CUE.search(reading.bare, max(0, start - 40), start)
    return cue is not None and is_kin(reading, cue.start())


def _without_title(reading: Reading, start: int, end: int) -> int:
    """The first letter of the name behind “Ông”, “Mr.”, “Anh”."""
    title = _TITLE.match(reading.bare, start, end)
    return title.end() if title and is_kin(reading, start) else start


def _foreign(reading: Reading) -> Iterator[Span]:
    """Behind a word for a person, words of which one at least is no Vietnamese syllable."""
    for match in _FOREIGN.finditer(reading.text):
        start, end = _without_title(reading, *match.span()), match.end()
        is_sure = _STRONG_CUE.search(reading.bare, max(0, start - 50), start) is not None
        if nation := _NATIONAL.match(reading.bare, start, end):
            start, is_sure = nation.end(), True
        if not (is_sure or _is_spoken_of(reading, start)) or _is_of_nobody(reading, start):
            continue
        cases = set(map(case_of, reading.text[start:end].split()))
        words = [word.lower() for word in _LETTERS.findall(reading.text[start:end])]
        if len(words) < _FEWEST or _is_no_name(words) or len(cases) > 1:
            continue
        if is_sure or any(not _is_syllable(word) for word in words):
            yield start, end


def _is_no_name(words: list[str]) -> bool:
    return bool(
        _NO_PERSON.intersection(words)
        or " ".join(words[:2]) in NO_NAMES | _NATION_NAMES
        or words[0] in WHOLE_ORDER
        or not all(map(_has_vowel, words))
    )


def names_of_all(reading: Reading) -> list[Name]:
    """Full names of Vietnamese form, then those of other peoples that hold none of them."""
    found = list(full_names(reading))
    for span in (*_prefixed(reading), *_of_the_highlands(reading), *_foreign(reading)):
        if not meets(span, found):
            found.append(Name(*span))
    return sorted(found)
