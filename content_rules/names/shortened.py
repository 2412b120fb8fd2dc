"""Names that are cut short: initials, one letter, a given name alone beside a word for a person."""

import re
from collections.abc import Iterator
from datetime import date

from content_rules.engine.lexicon import bare_finder, bare_of, first_of, word_set
from content_rules.engine.reading import Reading, Span, spans_of
from content_rules.names.accused import tells_of_a_case
from content_rules.names.full import Name, case_of, is_kin
from content_rules.names.lexicon import ENDS, GIVEN, NO_NAMES, ORDER, UPPER

_KIN = first_of("kin_words", is_bare=True)
_LINK = r"(?:\s?[:\-]?\s?(?:ten|la|be|trai|gai|nho|ho ten|mang ten)\b)?[\s:]{1,3}"
_BARE_KIN = re.compile(rf"\b{_KIN}{_LINK}$")
# N.V.A, N.V.A., N. V. A; single letters that are no abbreviation of something else.
_LETTER = r"(?:Ng|Th|Tr|Ph|Nh|Kh|Ch|Gi|Qu|[A-ZĐÂÔƠƯÝ])"
_DOTTED = re.compile(
    rf"(?<![\w.]){_LETTER}\.\s?(?:[A-ZĐ][^\W\d_]+\s)?{_LETTER}(?:\.\s?{_LETTER}){{0,3}}\.?(?![\w])"
)
_PLAIN = re.compile(r"(?<![\w./\-])[A-ZĐ]{2,4}(?![\w./\-])")
_NO_INITIALS = word_set("not_initials")
_BIRTH = (
    r"(?:\(?\s?(?:sn|sinh (?:nam|ngay|thang)|sinh|nam sinh|ns)\b|\(?\d{1,2} ?(?:tuoi|t)\b|"
    r"\(?(?:lop|hs|hoc sinh)\b|\(?(?:19|20)\d\d\b)"
)
_DETAILS = re.compile(
    rf"[\s,.:\-–|(]{{0,4}}(?:(?:gioi tinh )?(?:nam|nu|trai|gai)[\s,;|\-]{{1,3}})?{_BIRTH}"
)
# Ng. Văn Tám, Ng.Thị Hoa, Tr T. Lan
_SHORT_FAMILY = re.compile(
    r"(?<![\w.])(?:Ng|Ngx|Tr|Ph|Hg|Hng|[BCDĐHLMNPTV])[.\- ]{1,2}"
    rf"(?:Văn|Thị|Thi|Van|V\.|T\.|Hữu|Đình) ?{UPPER}[^\W\d_]*"
)
_ONE = re.compile(rf"\b{_KIN}{_LINK}([a-zđ])(?![\w'’])(?!\.\w\w)(?![/\-]\d)")
_GOES_ON = re.compile(rf" {UPPER}[^\W\d_]")
_GIVEN_INITIAL = re.compile(
    rf"\b{_KIN}{_LINK}((?:[^\W\d_]{{2,}} ){{1,2}}"
    r"(?:[a-z]|(?:ng|th|tr|ph|nh|kh|ch|gi|qu)(?=\.)))(?![\w'’])(?![/\-]\d)"
)
_HEADED = re.compile(r"\bho (?:va )?(?:chu lot va )?ten\b|\bho ten\b")

_GIVEN_NAME = r"((?:[yhk]['’]? ?)?[^\W\d_]{2,}(?: [^\W\d_]{2,})?)"
_CHILD = re.compile(
    r"\b(chau|be|nhoc|cu ti)\b(?: (?:be|gai|trai|nho|ten|la|khoang|chung|noi|ngoai|hs|hoc sinh|"
    rf"ten la|\d{{1,2}} (?:thang )?tuoi|so sinh))*,?[ :]{{1,2}}{_GIVEN_NAME}"
)
_MAYBE = re.compile(
    r"\b(em|ban|con trai|con gai|con|tre|hoc sinh|hs|nam sinh|nu sinh|thieu nien|cau be|co be|"
    r"ten|cu|chau (?:noi|ngoai))\b"
    r"(?: (?:be|gai|trai|nho|ten|la|ten la|toi|tui|nha toi|so sinh))*"
    rf",?[ :]{{1,2}}{_GIVEN_NAME}"
)
_ACCUSED = re.compile(
    r"\b(doi tuong|nghi pham|nghi can|bi can|bi cao|nan nhan|bi hai|thu pham|hung thu|ke trom|"
    r"ke cuop|ke gian|con nghien|nguoi nghien|thang|ten|ten trom)\b"
    r"(?: (?:ten|la|anh|chi|ong|ba|co|chu|em|chau|ten la|nghien|cam dau|chinh|\d{1,2} tuoi))*"
    r"[ :]{1,2}([^\W\d_]{2,}(?: [^\W\d_]{2,})?)"
)
_NO_GIVEN = word_set("not_given_names")
# Given names that begin other words as well: bảo trợ, hưởng chính sách.
_WORDS_TOO = frozenset(("bảo", "hưởng", "công", "sinh", "nam", "đông", "mai", "trọng", "chính"))
_SHOP = re.compile(rf"\b{bare_of('child_shops')}(?: \w+)?\s{{0,2}}[\"“]?$")
_ADULT = re.compile(r"\b(?:chi|anh|ba|ong|co|chu|bac|di|cau|mo|thim|ten|thi|van)\s{1,2}$")
_AGE = re.compile(
    r"[\s,.(\-:]{1,4}(?:(?:moi|nay|duoc|vua|da|chung|khoang|tam|con chi \w+|con anh \w+|"
    r"con ong \w+|con|hoc|dang|hs|hoc sinh)\s{1,2}){0,3}"
    r"(?:(?P<years>\d{1,2}) ?(?:tuoi|t)\b|\d{1,2} ?thang\b|"
    r"(?:sn|sinh(?: nam)?|sinh ngay)[\s:]{0,2}(?:\d{1,2}[/.\-]\d{1,2}[/.\-])?(?P<born>20\d\d)|"
    r"\(?(?P<year>20[012]\d)\b|(?:lop|l) ?(?:\d|la|mam|choi)|mau giao|nha tre)"
)
_OF_A_CHILD = bare_finder("child_surroundings")
_AND_ANOTHER = re.compile(
    rf",? (?:và|va|cùng|với) (?:em |bạn )?(?:{UPPER}[^\W\d_]+ ?){{1,3}}(?<! )"
)
_BEAST = re.compile(r"\b(?:cho|meo|heo|bo|trau|ga|chim|vet|ngua)\b[^.\n]{0,20}$")
_OF_THE_YOUNG = frozenset({"em", "cau be", "co be", "con trai", "con gai"})
_ADULT_AGE = 18
_BEFORE = 80  # characters that are looked at before initials


def _initials(reading: Reading) -> Iterator[Name]:
    is_case, headed = tells_of_a_case(reading), _HEADED.search(reading.bare)
    for match in _DOTTED.finditer(reading.text):
        start, end = match.span()
        letters = re.sub(r"[^\w]", "", reading.bare[start:end])
        if letters in _NO_INITIALS or letters in {"mat", "tm", "tuyetmat"}:
            continue
        line = reading.bare[max(reading.line_of(start)[0], start - _BEFORE) : start]
        is_person = (
            _BARE_KIN.search(reading.bare, max(0, start - 30), start)
            or _DETAILS.match(reading.bare, end)
            or (len(letters) > 2 and (is_case or (headed and headed.end() <= start)))
            or (re.search(r"\b(?:va|,) $", line) and _BARE_KIN.search(line[:-4]))
        )
        if is_person:
            yield Name(start, end)
    for match in _PLAIN.finditer(reading.text):
        start, end = match.span()
        if match[0].lower() in _NO_INITIALS or reading.bare[start:end] in _NO_INITIALS:
            continue
        if any(letter.islower() for letter in reading.text) and (
            _BARE_KIN.search(reading.bare, max(0, start - 30), start)
            and _DETAILS.match(reading.bare, end)
        ):
            yield Name(start, end)


def _one_letter(reading: Reading) -> Iterator[Name]:
    """`anh T.`, `cháu Bảo N.`: a letter in capitals beside a word for a person."""
    for match in _ONE.finditer(reading.bare):
        start, end = match.span(1)
        if not is_kin(reading, match.start()) or _GOES_ON.match(reading.text, end):
            continue
        is_address = re.match(r"\.[a-z]\w", reading.bare[end : end + 3])
        if reading.text[start].isupper() and not is_address:
            yield Name(start, end)
    for match in _GIVEN_INITIAL.finditer(reading.bare):
        start, end = match.span(1)
        words = reading.text[start:end].split()
        is_name = case_of(words[0]) == "title" and all(word[0].isupper() for word in words)
        if is_name and is_kin(reading, match.start()):
            yield Name(start, end)


def _given(reading: Reading, match: re.Match[str], *, small: bool = False) -> Name | None:
    """The given name that a pattern found, if its words are one."""
    start, end = match.span(2)
    first, _space, second = reading.text[start:end].partition(" ")
    if f"{first} {second}".lower() in NO_NAMES:
        return None
    case = case_of(first)
    lower = first.lower()
    is_pair = case == case_of(second or "-") == "title" and {lower, second.lower()} <= GIVEN
    if (lower in _NO_GIVEN and not is_pair) or not case:
        return None
    if case == "small" and not (small and lower in GIVEN):
        return None
    if case == "capitals" and lower not in GIVEN:
        return None
    if second and (case_of(second) != case or second.lower() in ENDS | _NO_GIVEN):
        end = start + len(first)
    return Name(start, end)


def _is_one_of_a_class(reading: Reading, end: int, today: date) -> bool:
    """`Minh Khôi và Gia Bảo lớp 5A`: what is said of the second holds for the first."""
    other = _AND_ANOTHER.match(reading.text, end)
    return other is not None and _is_young(reading, other.end(), today)


def _is_young(reading: Reading, end: int, today: date) -> bool:
    """An age below eighteen, a late birth or a class stands behind a name."""
    age = _AGE.match(reading.bare, end)
    if age is None:
        return False
    if age["years"]:
        return int(age["years"]) < _ADULT_AGE
    born = age["born"] or age["year"]
    return born is None or today.year - int(born) < _ADULT_AGE


def is_of_low_age(reading: Reading, name: Name, today: date) -> bool:
    """An age or a birth stands right behind a name, and is that of a minor."""
    age = _AGE.match(reading.bare, name.end)
    if age is None or not (age["years"] or age["born"] or age["year"]):
        return False
    return _is_young(reading, name.end, today)


def _case_of_first(reading: Reading, name: Name) -> str:
    return case_of(reading.text[slice(*name)].split()[0])


def _is_beside_childhood(reading: Reading, name: Name, match: re.Match[str]) -> bool:
    """`em Phúc` in a sentence about parents, school or an illness of children."""
    if match[1] not in _OF_THE_YOUNG or _case_of_first(reading, name) != "title":
        return False
    return _OF_A_CHILD.search(reading.bare, *_sentence(reading, name)) is not None


def _children(reading: Reading, today: date) -> Iterator[Name]:
    for match in _CHILD.finditer(reading.bare):
        before = reading.bare[max(0, match.start() - 24) : match.start()]
        if not is_kin(reading, match.start()) or _SHOP.search(before) or _ADULT.search(before):
            continue
        name = _given(reading, match, small=True)
        if name is None:
            # names that are also words are a child's where an age or a class follows
            start, end = match.span(2)
            first = reading.text[start:end].split()[0]
            end = start + len(first)
            is_name = case_of(first) == "title" and first.lower() in GIVEN | ORDER
            if is_name and _is_young(reading, end, today):
                yield Name(start, end)
            continue
        is_doubtful = (
            reading.text[name.start].islower() or _case_of_first(reading, name) == "capitals"
        )
        if not is_doubtful or _is_young(reading, name.end, today):
            yield name
    for match in _MAYBE.finditer(reading.bare):
        name = _given(reading, match) if is_kin(reading, match.start()) else None
        if name and (
            _is_young(reading, name.end, today)
            or _is_one_of_a_class(reading, name.end, today)
            or _is_beside_childhood(reading, name, match)
        ):
            yield name


def _accused(reading: Reading) -> Iterator[Name]:
    for match in _ACCUSED.finditer(reading.bare):
        is_beast = _BEAST.search(reading.bare, max(0, match.start() - 30), match.start())
        if not is_kin(reading, match.start()) or (is_beast and match[1] == "ten"):
            continue
        name = _given(reading, match)
        if name is None:
            continue
        first = reading.text[slice(*name)].split()[0]
        # “tên Hậu” is anybody, and “đối tượng Bảo trợ” nobody.
        is_doubtful = match[1] in {"ten", "thang"} or (
            match[1] == "doi tuong" and (first.lower() not in GIVEN or first.lower() in _WORDS_TOO)
        )
        if case_of(first) != "title":
            continue
        if not is_doubtful or tells_of_a_case(reading, *_sentence(reading, name)):
            yield name


def _sentence(reading: Reading, name: Name) -> Span:
    first, last = reading.line_of(name.start)
    return max(first, name.start - 100), min(last, name.end + 100)


def short_names(reading: Reading, today: date) -> tuple[list[Name], list[Name], list[Name]]:
    """Given names of children, those of suspects and victims, and names cut short."""
    cut = [*_initials(reading), *_one_letter(reading)]
    cut += map(Name._make, spans_of(_SHORT_FAMILY, reading.text))
    return list(_children(reading, today)), list(_accused(reading)), cut
