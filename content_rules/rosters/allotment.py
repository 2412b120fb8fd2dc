"""Hours, days and posts that are dealt out among people, told by how the two alternate."""

import re
from itertools import groupby, pairwise
from typing import NamedTuple

from content_rules.engine.lexicon import any_of, finder, first_of, word_set
from content_rules.engine.reading import Reading, Span, meets, spans_of
from content_rules.names.lexicon import BARE_GIVEN, GIVEN, NO_NAMES, UPPER
from content_rules.rosters.forms import PAST, SLOT, TITLE, is_innocent

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
_NO_PAIRS = word_set("roster_not_name_pairs")
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


class _Token(NamedTuple):
    start: int
    end: int
    kind: str  # `who` or `slot`


def _spans(reading: Reading) -> tuple[list[Span], list[Span]]:
    """People and moments, none of them twice."""
    text, bare = reading.text[:_LETTERS], reading.bare[:_LETTERS]
    people = [
        one.span()
        for one in _TITLED.finditer(text)
        if one[1] == "Sáng" or one[1].lower() not in _NO_BARE
    ]
    people += spans_of(_REACHED, text)
    moments = [span for span in spans_of(SLOT, bare) if span[0] < span[1]]
    moments += spans_of(_MOMENT, bare) + spans_of(_WEEKDAY, text) + spans_of(_PART_OF_DAY, text)
    if _DUTY.search(text):
        moments += spans_of(_BARE_HOURS, bare)
    moments = [
        one
        for one in sorted(set(moments))
        if not meets(one, people) and not _is_shouted_name(text, one)
    ]
    moments = [one for one, other in pairwise([*moments, (len(text),) * 2]) if one[1] <= other[0]]
    people += [span for span in spans_of(_BY_ORDER, text) if not meets(span, people)]
    for one in _STANDS.finditer(text):
        if one[1].lower() in GIVEN and not meets(one.span(), people + moments):
            people.append(one.span())
    may_be_small = text == text.lower() and STRONG.search(text) is not None
    at = 0
    for start, end in [*sorted(people + moments), (len(text), len(text))]:
        if start > at:
            people += _listed(text, at, start, may_be_small=may_be_small)
        at = max(at, end)
    return people, moments


def _is_shouted_name(text: str, span: Span) -> bool:
    """SANG among words with marks is no morning."""
    word = text[slice(*span)].strip("|\t ")
    return word in {"SANG", "Sang", "TOI", "Toi", "DEM"} and not text.isascii()


def _is_given(word: str) -> bool:
    small = word.lower().rstrip(".")
    return small not in _NO_BARE and (small in GIVEN or (small.isascii() and small in BARE_GIVEN))


def _listed(text: str, first: int, last: int, *, may_be_small: bool) -> list[Span]:
    """Bare names that fill a part of a list."""
    found = []
    at = first
    ends = [*_PART.finditer(text, first, last), None]
    for sign in ends:
        end = sign.start() if sign else last
        words = text[at:end].strip()
        is_small = may_be_small and _are_small_names(words)
        if is_small or (words and _BARE_NAME.fullmatch(words) and _may_be_people(words)):
            start = text.index(words, at)
            found.append((start, start + len(words)))
        at = sign.end() if sign else last
    return found


def _are_small_names(words: str) -> bool:
    names = words.split()
    return 0 < len(names) <= _MOST_SMALL and GIVEN.union(BARE_GIVEN).issuperset(names)


def _may_be_people(words: str) -> bool:
    small = [word.lower().rstrip(".") for word in words.split()]
    pair = " ".join(small[:2])
    if small[0] in _NO_BARE or pair in NO_NAMES or pair in _NO_PAIRS:
        return False
    if len(small) == _FEWEST and small[0] in _OF_PLACES:
        return False
    return not (words.isupper() and len(words) > 1 and not any(map(_is_given, small)))


def _linked(text: str, tokens: list[_Token]) -> list[_Token]:
    """Tokens of runs that stand close to a run of the other kind."""
    runs = [list(run) for _kind, run in groupby(tokens, key=lambda token: token.kind)]
    linked: dict[int, list[_Token]] = {}
    for place, (one, other) in enumerate(pairwise(runs)):
        start, end = one[-1].end, other[0].start
        between = text[start:end]
        if end - start <= _NEAR and not _SENTENCE.search(between):
            linked[place], linked[place + 1] = one, other
    return [token for place in sorted(linked) for token in linked[place]]


def _runs(tokens: list[_Token], kind: str) -> int:
    return sum(found == kind for found, _run in groupby(tokens, key=lambda token: token.kind))


def dealt_out(reading: Reading) -> re.Match[str] | None:
    """The words of a roster in which people alternate with moments or with posts."""
    text = reading.text
    if PAST.search(reading.bare) or _PUBLIC.search(text):
        return None
    strong = STRONG.search(text)
    duty = strong or _DUTY.search(text)
    if not strong and is_innocent(text, has_duty=bool(duty)):
        return None
    people, moments = _spans(reading)
    if len(people) < _FEWEST or not (moments or _SHARED.search(text)):
        return None
    tokens = _tokens(text, people, moments)
    if _is_alternating(text, tokens, has_duty=bool(duty)) or (strong and _is_squad(tokens)):
        return duty or re.compile(re.escape(text[slice(*moments[0])])).search(text)
    posts = [span for span in spans_of(_POST, text) if not meets(span, people)]
    if len(posts) >= _FEWEST and _is_alternating(
        text, _tokens(text, people, posts), has_duty=bool(duty)
    ):
        return duty or _POST.search(text)
    return None


def _tokens(text: str, people: list[Span], slots: list[Span]) -> list[_Token]:
    tokens = [_Token(*one, "who") for one in people] + [_Token(*one, "slot") for one in slots]
    return _linked(text, sorted(tokens))


def _is_squad(tokens: list[_Token]) -> bool:
    """Several people in a row, close to an hour."""
    runs = groupby(tokens, key=lambda token: token.kind)
    return any(kind == "who" and len(list(run)) >= _FEWEST for kind, run in runs)


def _is_alternating(text: str, tokens: list[_Token], *, has_duty: bool) -> bool:
    several = sum(token.kind == "slot" for token in tokens)
    if _runs(tokens, "who") < _FEWEST or several < _FEWEST:
        return False
    within = sum(len(_WORDS.findall(text[one.start : one.end])) for one in tokens)
    words = len(_WORDS.findall(text[tokens[0].start : tokens[-1].end]))
    return words - within <= len(tokens) * (_WORDY if has_duty else _BARE)
