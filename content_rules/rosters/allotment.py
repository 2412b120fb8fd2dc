"""Hours, days and posts that are dealt out among people, told by how the two alternate."""

import re
from dataclasses import dataclass
from itertools import groupby, pairwise

from content_rules.engine.lexicon import any_of, finder, first_of, word_set
from content_rules.engine.reading import Reading
from content_rules.names.lexicon import BARE_GIVEN, GIVEN, NO_NAMES, UPPER
from content_rules.rosters.forms import INNOCENT, PAST, SLOT, TITLE, is_of_others

_CAPITALISED = rf"{UPPER}[^\W\d_]*\.?"
_TITLED = re.compile(
    rf"(?<![\w/])(?i:{first_of('roster_titles_more')}|"
    r"(?:th|tr|h|b|t|đ|d)\s?[/.]\s?(?:sĩ|úy|uý|tá|nhất|nhì|si|uy|ta)|"
    rf"{TITLE})(?:(?<=\.)|\s{{1,2}})(?:(?i:bảo vệ|dân quân|bs|ys)\s)?"
    rf"(?={UPPER})({_CAPITALISED})(?: {_CAPITALISED}){{0,4}}"
)
# `Hai Thơm`, `Út Nhỏ`: called by the order of birth.
_BY_ORDER = re.compile(rf"(?<!\w)(?:Hai|Ba|Tư|Năm|Sáu|Bảy|Tám|Chín|Mười|Út) {_CAPITALISED}(?!\w)")
_STANDS = re.compile(
    rf"(?<!\w)({UPPER}[^\W\d_]+)(?: {_CAPITALISED}){{0,2}} (?={any_of('roster_stands')}\b)"
)
_REACHED = re.compile(
    rf"(?<!\w){_CAPITALISED}(?: {_CAPITALISED}){{0,3}}[\s:(\-–|\t]{{1,4}}0\d(?:[ .\-]?\d){{8}}"
)
_PART = re.compile(rf"[,;:()\[\]\n\t|+&/–\-=>→.!?]|\b{any_of('roster_part_ends')}\b|\d+")
_BARE_NAME = re.compile(rf"(?:[KHY]['’])?{_CAPITALISED}(?: {_CAPITALISED}){{0,3}}")
_NO_BARE = word_set("roster_not_names")
_NO_PAIRS = frozenset(
    ("công an", "giáng sinh", "trung thu", "dương lịch", "quốc khánh", "danh sách", "khánh thành",
     "nghị định", "nghị quyết", "thông tư", "quy định", "chỉ thị", "trật tự", "hình thức")
)  # fmt: skip
# With these begin names of places rather than those of people, where two words stand together.
_OF_PLACES = word_set("roster_place_starts")
_TIME = r"(?:(?:[01]?\d|2[0-4])(?:h\d{0,2}|g\d{0,2}|:[0-5]\d| gio)?)"
_MOMENT = re.compile(
    rf"(?<![\d/.])(?:{_TIME}\s?(?:-|den|toi|->|–)\s?(?:[01]?\d|2[0-4])\s?(?:h|g\b|gio|:[0-5]\d))"
    r"(?:\d\d)?|"
    r"\b(?:sang|trua|chieu|toi|dem|khuya|ngay) (?:nay|mai|mot|mung|mong|thu|t[2-7]|cn|chu nhat|"
    r"\d{1,2}|chan|le)\b|\b(?:buoi|ban|kip|ca|gio|phien) (?:sang|trua|chieu|toi|dem|ngay|khuya)\b|"
    r"\b(?:mung|mong) (?:mot|hai|ba|bon|nam|sau|bay|\d)\b|\bkip [a-d\d]\b|\bca [a-d]\b|"
    r"\bca \d\d ?- ?\d\d\b|\bthu (?:hai|ba|tu|nam|sau|bay|[2-7])\b|"
    r"(?m:^[^\w\n]*(?:hai|ba|tu|nam|sau|bay|cn)(?=\s?[:|\t\-])|"
    r"^[^\w\n]*(?:sang|trua|chieu|toi|dem)(?=\s?[:|\t\-]))|"
    r"[|\t]\s?(?:s|c|d|t|n|sang|chieu|toi|dem|ngay)\s?(?=$|[\n|\t])|\bngay \d{1,2}\b|"
    r"\bhom (?:nay|sau)\b|(?<=[,;.] )(?:mai|mot)(?= (?:toi|den|la|thi|thang|anh|chi)?\b)|"
    r"\btet (?:tay|ta|duong|nguyen dan)\b|\btuan \d\b|"
    r"\b(?:sang|chieu|toi|dem)(?=[,:)])|(?<=[(,/])\s?(?:sang|chieu|toi|dem)(?=[,:;)]|$)"
)
# 19-21: hours only where a watch is told.
_BARE_HOURS = re.compile(
    r"(?<![\d/.,\-])(?:[01]?\d|2[0-4]) ?- ?(?:[01]?\d|2[0-4])(?![\d/.\-]| ?(?:h|g|tuoi|nam)\b)"
)
_WEEKDAY = re.compile(rf"(?<![\w/.,])[2-7] (?={UPPER})")
# `sáng Điểu Lên`, `chẵn ông Tịnh`
_PART_OF_DAY = re.compile(
    rf"(?<!\w)(?:[Ss]áng|[Tt]rưa|[Cc]hiều|[Tt]ối|[Đđ]êm|[Kk]huya) (?={UPPER})|"
    r"(?<!\w)(?:ngày |đêm )?(?:chẵn|lẻ)(?!\w)"
)
_POST = finder("roster_posts")
_DUTY = re.compile(rf"\b(?:{any_of('duty_words')}|canh(?= ))\b", re.IGNORECASE)
STRONG = finder("duty_words_strong")
_PUBLIC = re.compile(rf"\b(?:{any_of('public_hours')}|khám(?= ))\b", re.IGNORECASE)
# Who stands where may be told without an hour.
_SHARED = re.compile(r"\b(?:phân (?:công|nhiệm|ca|người)|phan cong|cắt cử|bố trí)\b", re.IGNORECASE)
_NEAR = 45
_SENTENCE = re.compile(r"[!?]|\.(?=\s|$)")
_WORDS = re.compile(r"[^\W\d_]+")
_FEWEST = 2
# Other words to one part of a roster, with a word of duty and without one.
_WORDY, _BARE = 3.0, 0.7
_MOST_SMALL = 4
_LETTERS = 4000


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    kind: str


def _spans(reading: Reading) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """People and moments, none of them twice."""
    text, bare = reading.text[:_LETTERS], reading.bare[:_LETTERS]
    is_ascii = text.isascii()
    people = [
        one.span()
        for one in _TITLED.finditer(text)
        if one[1] == "Sáng" or one[1].lower() not in _NO_BARE
    ]
    people += [one.span() for one in _REACHED.finditer(text)]
    moments = [one.span() for one in SLOT.finditer(bare) if one.end() > one.start()]
    moments += [one.span() for one in _MOMENT.finditer(bare)]
    moments += [one.span() for one in _WEEKDAY.finditer(text)]
    moments += [one.span() for one in _PART_OF_DAY.finditer(text)]
    if _DUTY.search(text):
        moments += [one.span() for one in _BARE_HOURS.finditer(bare)]
    moments = [
        one
        for one in sorted(set(moments))
        if not _meets(one, people) and not _is_shouted_name(text[slice(*one)], is_ascii)
    ]
    moments = [one for one, other in pairwise([*moments, (len(text),) * 2]) if one[1] <= other[0]]
    people += [one.span() for one in _BY_ORDER.finditer(text) if not _meets(one.span(), people)]
    for one in _STANDS.finditer(text):
        if one[1].lower() in GIVEN and not _meets(one.span(), people + moments):
            people.append(one.span())
    may_be_small = text == text.lower() and STRONG.search(text) is not None
    taken = sorted(people + moments)
    at = 0
    for start, end in [*taken, (len(text), len(text))]:
        if start > at:
            people += _listed(text, at, start, may_be_small=may_be_small)
        at = max(at, end)
    return people, moments


def _is_shouted_name(said: str, is_ascii: bool) -> bool:
    """SANG among words with marks is no morning."""
    return not is_ascii and said.strip("|\t ") in {"SANG", "Sang", "TOI", "Toi", "DEM"}


def _is_given(word: str) -> bool:
    small = word.lower().rstrip(".")
    return small not in _NO_BARE and (small in GIVEN or (small.isascii() and small in BARE_GIVEN))


def _listed(text: str, first: int, last: int, *, may_be_small: bool) -> list[tuple[int, int]]:
    """Bare names that fill a part of a list."""
    found = []
    at = first
    ends = [*_PART.finditer(text, first, last), None]
    for sign in ends:
        end = sign.start() if sign else last
        said = text[at:end].strip()
        is_small = may_be_small and _are_small_names(said)
        if is_small or (said and _BARE_NAME.fullmatch(said) and _may_be_people(said)):
            start = text.index(said, at)
            found.append((start, start + len(said)))
        at = sign.end() if sign else last
    return found


def _are_small_names(said: str) -> bool:
    words = said.split()
    return 0 < len(words) <= _MOST_SMALL and all(
        word in BARE_GIVEN or word in GIVEN for word in words
    )


def _may_be_people(said: str) -> bool:
    small = [word.lower().rstrip(".") for word in said.split()]
    pair = " ".join(small[:2])
    if small[0] in _NO_BARE or pair in NO_NAMES or pair in _NO_PAIRS:
        return False
    if len(small) == _FEWEST and small[0] in _OF_PLACES:
        return False
    return not (said.isupper() and len(said) > 1 and not any(map(_is_given, small)))


def _meets(one: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


def _linked(text: str, tokens: list[_Token]) -> list[_Token]:
    """Tokens of runs that stand close to a run of the other kind."""
    runs = [list(run) for _kind, run in groupby(tokens, key=lambda token: token.kind)]
    kept: dict[int, list[_Token]] = {}
    for place, (one, other) in enumerate(pairwise(runs)):
        start, end = one[-1].end, other[0].start
        between = text[start:end]
        if end - start <= _NEAR and not _SENTENCE.search(between):
            kept[place], kept[place + 1] = one, other
    return [token for place in sorted(kept) for token in kept[place]]


def _runs(tokens: list[_Token], kind: str) -> int:
    return sum(found == kind for found, _run in groupby(tokens, key=lambda token: token.kind))


def dealt_out(reading: Reading) -> re.Match[str] | None:
    """The words of a roster in which people alternate with moments or with posts."""
    text = reading.text
    if PAST.search(reading.bare) or _PUBLIC.search(text):
        return None
    strong = STRONG.search(text)
    duty = strong or _DUTY.search(text)
    if not strong and (INNOCENT.search(text) or is_of_others(text, has_duty=bool(duty))):
        return None
    people, moments = _spans(reading)
    if len(people) < _FEWEST or not (moments or _SHARED.search(text)):
        return None
    slots = [(*one, "slot") for one in moments]
    parts = [(*one, "who") for one in people] + slots
    if _is_alternating(text, parts, is_told=bool(duty)) or (strong and _is_squad(text, parts)):
        return duty or re.compile(re.escape(text[slice(*moments[0])])).search(text)
    posts = [
        (*one.span(), "slot") for one in _POST.finditer(text) if not _meets(one.span(), people)
    ]
    if len(posts) >= _FEWEST and _is_alternating(
        text, [(*one, "who") for one in people] + posts, is_told=bool(duty)
    ):
        return duty or _POST.search(text)
    return None


def _is_squad(text: str, parts: list[tuple[int, int, str]]) -> bool:
    """Several people in a row, close to an hour."""
    tokens = _linked(text, [_Token(*part) for part in sorted(parts)])
    runs = groupby(tokens, key=lambda token: token.kind)
    return any(kind == "who" and len(list(run)) >= _FEWEST for kind, run in runs)


def _is_alternating(text: str, parts: list[tuple[int, int, str]], *, is_told: bool) -> bool:
    tokens = _linked(text, [_Token(*part) for part in sorted(parts)])
    several = sum(token.kind == "slot" for token in tokens)
    if _runs(tokens, "who") < _FEWEST or several < _FEWEST:
        return False
    within = sum(len(_WORDS.findall(text[one.start : one.end])) for one in tokens)
    told = len(_WORDS.findall(text[tokens[0].start : tokens[-1].end]))
    return told - within <= len(tokens) * (_WORDY if is_told else _BARE)
