"""Names that a post may say unasked: of officials, of places, of the dead of history."""

import re
from collections.abc import Iterable

from content_rules.engine.lexicon import (
    UNMARKED,
    any_of,
    bare_finder,
    bare_of,
    finder,
    word_pairs,
    word_set,
)
from content_rules.engine.reading import Reading, Span
from content_rules.names.full import Name, heading
from content_rules.names.lexicon import BARE_HISTORIC, HISTORIC

# Holders of an office, a rank, a calling for the public.
HEAD = bare_of("public_heads")
# Without their marks these are other words too.
_MARKED_HEADS = word_pairs("public_heads_marked")
_VERBS = finder("public_verbs")
_AFTER = re.compile(
    r"(?: ?\([^)\n]{0,30}\))?(?:\s{0,2}[,(\-|\t:/]\s{0,3}|\s{0,2}\n\s{0,3}|"
    r"\s{1,2}(?:la|giu chuc(?: vu)?|lam)\s)"
    r"(?:(?:hien|dang|nay|hien nay|la|nguyen|giu chuc(?: vu)?|chuc vu|moi|lam|giu|cuu|anh|mot|:|"
    rf"d/c|dong chi)\s{{1,2}}){{0,4}}{HEAD}\b"
)
_AFTER_CLOSE = re.compile(
    r" (?:(?:Phó |PHÓ )?(?:Trưởng|TRƯỞNG|Chủ tịch|CHỦ TỊCH|Bí thư|BÍ THƯ|Giám đốc|GIÁM ĐỐC)|"
    r"Tổ trưởng|Hiệu trưởng|HIỆU TRƯỞNG|Ấp trưởng|Chi hội|"
    r"(?:phó )?(?:tổ trưởng|trưởng ấp|ấp trưởng|chủ tịch|bí thư)|"
    r"tổ phó|phó ấp|chi hội trưởng|công an viên|hiệu trưởng|giám đốc)\b"
)
# Words that belong to an office or an address and no verb among them.
_OF_OFFICES = word_set("office_words")
_TOKEN = re.compile(r"[^\W\d_][\w/]*|\d[\w/]*|[^\w\s]|\n")
_SIGNS = frozenset(",:-(.|/\t*")
_PLURAL = re.compile(r"\b(?:cac|nhung|hai|ba|bon|gom|\d{1,2})\b[^\n.;]{0,6}$")
_SIGNED = re.compile(r"\((?:da ky|ky ten|ky|da ky dong dau)[^)]*\)|(?:da ky|ky ten dong dau)")
# Linh mục Phê-rô, Giu-se, Gioan Bao-ti-xi-ta.
_HOLY_NAME = re.compile(r"\b[a-z]{2,6}(?:-[a-z]{1,6}){1,4}\b")
_WINDOW = 90
# With a word of today between them the name is that of their family.
_OF_THE_PAST = frozenset(("anh hung", "liet si", "vua", "danh nhan", "danh tuong"))
_MOST_TOKENS = 14
# A title of honour that neighbours still bear: Mẹ Việt Nam anh hùng.
_MOTHER = re.compile(r"\b(?:me|ma) (?:viet nam|vn) $")
_IN_MEMORY = re.compile(
    r"\b(?:tượng đài|tượng|mộ|thờ|cố|tên|thắp hương|giỗ|tưởng niệm|tuong dai|phan mo) "
    r"(?:mẹ|má|me)\b",
    re.IGNORECASE,
)

_SCHOOL = rf"(?:trường|truong|th|thcs|thpt|mn|ptdtnt|đh|cđ)(?: {any_of('public_schools')})*"
_PLACE = re.compile(
    rf"(?:\b(?:{any_of('public_places')}|{_SCHOOL}|tên (?:các )?(?:tuyến )?đường[^.!?\n]{{0,60}})|"
    r"(?:thời|nhà|triều|vua|đời))\s{0,2}[\"“'(]?$",
    re.IGNORECASE,
)
_SHOP = re.compile(
    rf"(?<!chủ )(?<!Chủ )(?<!chu )(?<!thợ )\b{any_of('public_shops')}"
    rf"(?: (?!{any_of('public_shop_stops')}\b)[\w&.]{{1,10}}){{0,3}}\s{{0,2}}[\"“'(:]?$",
    re.IGNORECASE,
)
_SPECIMEN = re.compile(r"\b(?:vi du|vd|mau|thi du|gia su|chang han)\b")
# The sheet to be filled in is one from its head on: HỢP ĐỒNG (MẪU).
_BLANK_SHEET = re.compile(
    r"\((?:ban |bieu )?mau\)|(?m:^) ?(?:bieu )?mau (?:don|giay|so|hop dong)\b"
)
_HONORIFIC = re.compile(rf"\b{bare_of('honorifics')}\b\s{{0,3}}$")
# “Chị Võ Thị Sáu”: the title of a play or a song.
_QUOTED = re.compile(r"[\"“‘'«](?i:anh|chị|em|bà|cô|cụ|bác|ông|chi|ba|co|cu)\s$")
_NEAR_PHONE = 32


def _is_office(reading: Reading, name: Name, names: list[Name]) -> bool:
    """An office stands before the name with nothing but its words between."""
    first = max(0, name.start - _WINDOW)
    before = reading.bare[first : name.start]
    for head in reversed(list(_HEADS.finditer(before))):
        at = first + head.end()
        if not _is_head(head[0], reading.text[first + head.start() : at]):
            continue
        between = _HOLY_NAME.sub(" ", _SIGNED.sub(" ", before[head.end() :]))
        if any(at <= one.start < name.start and not _is_place(reading, one) for one in names):
            if not _PLURAL.search(before[max(0, head.start() - 20) : head.start()]):
                return False
            return re.search(r"[.!?;\n]", between) is None
        if head[0] in _OF_THE_PAST and _HONORIFIC.search(before[-14:]):
            return False
        if head[0] == "anh hung" and _MOTHER.search(before, 0, head.start()):
            return _IN_MEMORY.search(reading.text, first, name.start) is not None
        return is_of_office(between, reading.text[at : name.start])
    return False


def _is_head(bare: str, text: str) -> bool:
    marked = _MARKED_HEADS.get(bare)
    if marked is None:
        return True
    is_one_case = text[1:].islower() or text.isupper()
    return is_one_case and ((text.isascii() and bare != "thay") or text.lower() == marked)


def is_of_office(bare: str, text: str) -> bool:
    """Whether words are nothing but those of an office or an address."""
    if _VERBS.search(text):
        return False
    tokens = _TOKEN.findall(bare)
    if len(tokens) > _MOST_TOKENS or bare.count("\n") > (2 if len(tokens) < 5 else 1):
        return False
    if re.search(r"[.!?;]\s", bare.strip() + " ") and not re.fullmatch(r"\s*\.\s*", bare):
        return False
    titled = {
        word.lower().translate(UNMARKED)
        for word in re.findall(r"[^\W\d_]\w*", text)
        if word[0].isupper() and not word.isupper()
    }
    known = _OF_OFFICES | _SIGNS | titled | {"\n"}
    return all(word in known or word[0].isdigit() for word in tokens)


def _is_place(reading: Reading, name: Name) -> bool:
    before = reading.text[max(0, name.start - 60) : name.start]
    line = before.rpartition("\n")[2]
    return _PLACE.search(line) is not None or _SHOP.search(line) is not None


def _is_of_history(reading: Reading, name: Name) -> bool:
    """The name of somebody whom streets are called after, and no item of a list of people."""
    words = reading.text[slice(*name)].lower()
    if words not in HISTORIC and not (words.isascii() and words in BARE_HISTORIC):
        return False
    if _QUOTED.search(reading.text, max(0, name.start - 14), name.start):
        return True
    has_honorific = _HONORIFIC.search(reading.bare, max(0, name.start - 14), name.start)
    return not has_honorific and not heading(reading, name)


def is_public(
    reading: Reading, name: Name, names: list[Name], official: Iterable[Span] = ()
) -> bool:
    """Whether a name is no private person's: of an office, a place, history, an official phone."""
    bare = reading.bare
    if _is_place(reading, name) or _is_office(reading, name, names):
        return True
    if _AFTER.match(bare, name.end) or _AFTER_CLOSE.match(reading.text, name.end):
        return True
    if _is_of_history(reading, name):
        return True
    first, last = reading.line_of(name.start)
    if any(
        first <= start and end <= last and -_NEAR_PHONE < start - name.end < _NEAR_PHONE
        for start, end in official
    ):
        return True
    around = bare[max(first, name.start - 40) : min(last, name.end + 40)]
    if len(reading.text[slice(*name)].split()[-1]) > 1:
        return False
    return bool(_SPECIMEN.search(around) or _BLANK_SHEET.search(bare, 0, name.start))


# Officials who are themselves called suspect, punished or victim: their office covers no name.


_ADVERBS = (
    r"(?:(?:da|vua|moi|cung|chinh thuc|hom (?:nay|qua)|(?:sang|chieu|toi|trua|dem) (?:nay|qua)|"
    r"ngay [\d/.]+|vua qua|phai|van|dang|lai|nguoi|se|sap)\s){0,3}"
)
# An office, a hamlet, an age between two signs.
_ASIDE = r"(?:\s?[(\-,][^.!?;\n]{2,60}?[)\-,])?"
_PUNISHED = re.compile(
    rf"{_ASIDE}\s?,?\s{_ADVERBS}(?:bi {bare_of('punished_passive')}\b(?! hai\b)|"
    r"(?:nhan|linh|lanh|chiu) (?:hinh thuc |muc |quyet dinh |ban )?"
    r"(?:an|ky luat|canh cao|khien trach|hinh phat|muc an|\d+ (?:nam|thang) tu)\b|"
    r"(?:ra )?(?:dau thu|tu thu|hau toa)\b|khai nhan\b)"
)
# The same told of whoever is named next, with nothing but an office between.
_VERB = re.compile(rf"\b{bare_of('punished_verbs')}\b(?:\s{bare_of('punished_between')}){{0,4}}\s?")
_HEADS = bare_finder("public_heads")
_FAR = 120
_BY = bare_finder("by_words")


def is_disciplined(reading: Reading, name: Name) -> bool:
    """Whether it is told that this very person, whatever the office, is punished or harmed."""
    if _PUNISHED.match(reading.bare, name.end):
        return True
    first = max(0, name.start - _FAR)
    for verb in _VERB.finditer(reading.bare, first, name.start):
        between = reading.bare[verb.end() : name.start]
        if _BY.search(between):
            continue
        between = _HEADS.sub(lambda head: " " * len(head[0]), between)
        if is_of_office(between, reading.text[verb.end() : name.start]):
            return True
    return False
