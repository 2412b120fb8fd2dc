"""Numbers of papers: id cards, passports, health and social insurance."""

import re
from collections.abc import Iterator

from content_rules.engine.findings import Hit, Level
from content_rules.engine.reading import WITHIN, Reading, is_one_number, masked

DATE = re.compile(r"(?<!\d)\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)\d\d(?!\d)")
HOTLINE = re.compile(r"1[89]00(?:\W?\d){4,6}")
MONEY = re.compile(r"[ \t]?(?:d|dong|vnd|trieu|tr|ty|ti|nghin|ngan(?! hang)|k|usd|%)(?!\w)")
PHONE_CUE = re.compile(r"\b(?:lien he|lien lac|lh|goi|dt|sdt|dien thoai|zalo|hotline|tong dai)\b")
_FEWEST_DIGITS = 6
_FEWEST_CUED = 9
_ENOUGH_IN_LINE = 9
_SIGNS = " .,-_/:;"
# What may stand before one more figure of the same number; the next cell of a row is another's.
_BESIDE = r"[ .\-_/·]{0,3}"
_NARROW = r"[ .\-]{0,2}"
# Province code, century and sex, then eight digits more; a letter O may stand for a nought.
_NATIONAL_ID = re.compile(
    rf"(?<![\d+])(?:0|(?<![a-z])o){WITHIN}(?:[0o]{WITHIN}[1-9]|[1-8]{WITHIN}[\do]|9{WITHIN}[0-6o])"
    rf"{WITHIN}[0-3o](?:{WITHIN}[\do]){{8}}(?!{_BESIDE}\d)"
)
_ID_CUE = (
    r"\b(?:cccd|cmnd|cmtnd|cmt|gplx|(?:giay phep|bang) lai(?: xe)?|can\s?cuoc|"
    r"chung\s?minh(?: thu)?|dinh\s?danh|dd?cn|mdd|giay khai sinh so|cc|cc cd|so giay to)\b"
)
_ID_AHEAD = re.compile(_ID_CUE)
_CUED_ID = re.compile(
    rf"{_ID_CUE}((?:\D|(?:9|12) so\b|(?:hang )?[abc]\d?\b){{0,30}})"
    rf"((?:\d{WITHIN}){{8,11}}\d)(?!{_NARROW}\d)"
)
# A phone and the figure of an hour or a line behind it.
_PHONE_FIRST = re.compile(r"0[35789]\d{8}\D")
# The lines for machines on the back of a card.
_MACHINE_READ = re.compile(r"idvnm[\do]{10}([\do]{12})")
_PASSPORT_CUE = (
    r"\b(?:ho chieu|passport|hc (?:so|pho thong|ngoai giao|cong vu)|so hc|hc(?= ?:)|"
    r"hc(?= [a-z]\d{7}))\b"
)
_PASSPORT = r"(?<![a-z0-9/.])(?:(?:[a-z][ .\-:]{0,2}|[a-z]{2})\d(?:[^\w]{0,2}\d){6,7}|\d{9})(?!\d)"
_PASSPORTS = (
    re.compile(rf"{_PASSPORT_CUE}\D{{0,40}}?({_PASSPORT})"),
    re.compile(rf"({_PASSPORT})\W{{1,3}}(?:la )?(?:so )?{_PASSPORT_CUE}"),
)
# A number of such a form is an account where it is called one, and a code where letters lead it.
_ACCOUNT_CUE = re.compile(r"\b(?:stk|tk|tai khoan|[a-z]{1,12} ?bank|momo)\b([^\d\n]{0,25})$")
_BANK_AFTER = re.compile(
    r"[ \-,(:/]{1,4}(?:[a-z]{1,12} ?bank|vcb|ctg|bidv|tcb|acb|shb|vib|mb|sacombank|kho bac)\b"
)
# Below the heading of a column.
_PASSPORT_CELL = re.compile(
    r"(?:(?<=[|\t])|(?<=[|\t] ))(?!0\d{9})[a-z]{0,2} ?\d(?:[ .\-]?\d){6,8}(?= ?(?:$|[\n|\t]))"
)
_COLUMN = re.compile(rf"[|\t] ?(?:so )?{_PASSPORT_CUE}[^\n|\t]{{0,12}}(?=[\n|\t])")
_LETTERS_BEFORE = re.compile(r"(?<![a-z])([a-z]{2,})$")
_ID_WORDS = frozenset({"cccd", "cc", "cmnd", "so", "id", "mdd", "ddcn", "cancuoc", "can cuoc"})
# Code of the group, level, then province and ten digits; spaced out only after a word for it.
_HEALTH_CARD = re.compile(
    r"(?<![a-z0-9])(?:bt|ca|cb|cc|ch|ck|cn|cs|ct|cy|dk|dn|dt|gb|gd|hc|hd|hg|hk|hn|hs|ht|hx|kc|ls|"
    r"ms|nd|nn|no|pv|qn|sv|ta|tb|tc|te|tl|tn|tq|ts|tv|ty|xb|xd|xk|xn|xv)"
    rf"(?:[1-5]|{_NARROW}[1-5](?={_NARROW}\d\d{_NARROW}\d{{3}}{_NARROW}\d{{3}})|"
    rf"{_NARROW}[1-5](?=[ .\-]{{1,2}}\d\d[ .\-]{{1,2}}\d\d[ .\-]))"
    rf"(?:{WITHIN}\d){{12}}(?!\d)"
)
_INSURANCE = re.compile(
    rf"\b(?:bhxh|bhyt|bao hiem(?: xa hoi| y te)?)\b((?:[^\d\n]|"
    rf"\(10 so\)){{0,25}})(\d(?:{WITHIN}\d){{9}})"
    rf"(?!{_NARROW}\d)"
)


def first_number(words: str) -> str:
    """Without what follows, where the first is a number of its own or the rest is no part of it."""
    line = words.partition("\n")[0]
    if len(line) < len(words) and sum(map(str.isdigit, line)) >= _ENOUGH_IN_LINE:
        words = line.rstrip(_SIGNS)
    if is_one_number(words):
        return words
    return re.match(r"\d(?:[ .\-]{0,2}\d)*", words)[0]  # type: ignore[index]


def is_money(reading: Reading, end: int) -> bool:
    """A word for money stands behind the figures; “đóng” is none."""
    found = MONEY.match(reading.bare, end)
    return found is not None and "đóng" not in reading.text[end : found.end()].lower()


def is_no_number_of_a_person(reading: Reading, start: int, end: int) -> bool:
    """A date, a sum of money or a public hotline."""
    words = reading.bare[start:end]
    return bool(
        DATE.search(words) or is_money(reading, end) or HOTLINE.fullmatch(words.strip(" .-"))
    )


def _national_ids(reading: Reading) -> Iterator[tuple[int, int]]:
    for match in _NATIONAL_ID.finditer(reading.figures):
        digits = sum(letter.isdigit() for letter in match[0])
        is_cued = _ID_AHEAD.search(reading.bare, max(0, match.start() - 30), match.start())
        if not is_cued and _PHONE_FIRST.match(match[0]):
            continue
        if digits < _FEWEST_DIGITS or not is_one_number(match[0], is_cued=bool(is_cued)):
            continue
        if not (
            is_no_number_of_a_person(reading, *match.span()) or _is_another_number(reading, match)
        ):
            yield match.span()


def _is_another_number(reading: Reading, match: re.Match[str]) -> bool:
    before = reading.bare[max(0, match.start() - 45) : match.start()]
    account = _ACCOUNT_CUE.search(before)
    if account and not re.search("dinh danh|can cuoc|cccd|vneid", account[1]):
        return True
    if _BANK_AFTER.match(reading.bare, match.end()):
        return True
    glued = _LETTERS_BEFORE.search(before)
    return glued is not None and glued[1] not in _ID_WORDS


def _cued_ids(reading: Reading) -> Iterator[tuple[int, int]]:
    for match in _CUED_ID.finditer(reading.figures):
        words = first_number(match[2])
        digits = re.sub(r"\D", "", words)
        is_landline = len(digits) == 11 and digits.startswith("02")
        is_phone = len(digits) == 10 or is_landline or PHONE_CUE.search(match[1])
        end = match.start(2) + len(words)
        if is_phone or len(digits) < _FEWEST_CUED:
            continue
        if not is_no_number_of_a_person(reading, match.start(2), end):
            yield match.start(2), end


def identities(reading: Reading) -> list[Hit]:
    """National ids by their form, old and mistyped ones after a cue word."""
    on_the_back = (match.span(1) for match in _MACHINE_READ.finditer(reading.bare))
    found = dict.fromkeys([*_national_ids(reading), *_cued_ids(reading), *on_the_back])
    return [
        _number(reading, "national_id", start, end, "số căn cước, chứng minh nhân dân")
        for start, end in found
    ]


def passports(reading: Reading) -> list[Hit]:
    """Passport numbers beside a word for passport."""
    found = dict.fromkeys(
        match.span(1)
        for pattern in _PASSPORTS
        for match in pattern.finditer(reading.bare)
        if not DATE.search(match[1])
    )
    if heading := _COLUMN.search(reading.bare):
        cells = _PASSPORT_CELL.finditer(reading.bare, heading.end())
        found.update(dict.fromkeys(cell.span() for cell in cells))
    return [_number(reading, "passport", start, end, "số hộ chiếu") for start, end in found]


def insurances(reading: Reading) -> list[Hit]:
    """Codes of health cards by their form, ten digits after a word for insurance."""
    found = [match.span() for match in _HEALTH_CARD.finditer(reading.bare)]
    for match in _INSURANCE.finditer(reading.figures):
        if not PHONE_CUE.search(match[1]) and not is_no_number_of_a_person(reading, *match.span(2)):
            found.append(match.span(2))
    return [
        _number(reading, "insurance", start, end, "số thẻ, số sổ bảo hiểm") for start, end in found
    ]


def _number(reading: Reading, rule: str, start: int, end: int, what: str) -> Hit:
    shown = masked(reading.text[start:end])
    return reading.hit(
        rule,
        Level.BLOCK,
        start,
        end,
        f"Có số giống {what} ({shown}). Hãy bỏ số đó khỏi bài; không đưa số giấy tờ của người dân "
        "lên nhóm.",
        excerpt=shown,
    )


# Number plates in all the ways in which they are written.


_PROVINCE = r"(?<![\da-z./,])(?:1[124-9]|[23]\d|4[0137-9]|[5-9]\d)"
_SERIES = r"[a-hj-npr-z]{1,2}[ ]?\d?"
_CUE = re.compile(
    r"\b(?:xe|bien|bks|bsx|bs|mo ?to|o ?to|wave|dream|sh|exciter|vision|air ?blade|sirius|winner|"
    r"honda|yamaha|mooc|ca vet|ca-vet|phuong tien)\b"
)
# With the dot of five digits nothing else looks like it.
_DOTTED = re.compile(rf"{_PROVINCE}[ \-]{{0,3}}{_SERIES}[ \-./]{{0,3}}\d{{3}}\.\d{{2}}(?![\d.])")
_HYPHEN = re.compile(rf"{_PROVINCE}[ -]?{_SERIES}\s?-\s?\d{{4,5}}(?!\d)")
_LOOSE = re.compile(
    rf"{_PROVINCE}[ \-./_]{{0,3}}{_SERIES}[\W_]{{0,3}}"
    rf"(?:\d{{3}}[\W_]{{0,3}}\d{{2}}|\d{{4}})(?![\d.]?\d)"
)
# Letter by letter, as to a machine.
_SPACED = re.compile(
    r"(?<!\d)[1-9] \d [a-hj-npr-z] (?:[a-z] )?(?:\d )?[\-. ]{0,3}\d(?:[ .]{1,3}\d){3,4}(?!\d)"
)
# With a year behind it, it is a day: bien-ban-hop-to-12-11-2026.
_MORE = r"[.\-/]?\d"
_OFFICIAL = re.compile(
    r"\b(?:bien(?! (?:ban|phap|dong|che|soan)\b)|xe)\b[^\d\n]{0,30}?\b"
    rf"([a-z](?!o)[a-z][ .-]?\d{{2}}[ .-]\d{{2}})(?!{_MORE})|"
    r"((?<![\d.,/])[2-9]\d[ .-]{0,3}(?:(?:ng|nn|qt|cv)[ -]{0,3}\d{3}[ -]{0,3}\d{2}|"
    r"\d{3}[ -]{0,3}(?:ng|nn|qt|cv)[ -]{0,3}\d{2})(?!\d))"
)
_NO_VEHICLE = re.compile(r"\b(?:lop|phong|lo|can ho|khoi)\s{1,2}$")
_ARMY = re.compile(
    r"(?<![a-z\d])[a-z]{2}[-.]\d{2}[-.]\d{2}(?![\d\-.]\d?)(?=[^\n]{0,40}\b(?:bien|xe)\b)"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_NEAR = 60


def _has_cue(reading: Reading, start: int) -> bool:
    return reading.where.endswith("name") or bool(
        _CUE.search(reading.bare[max(0, start - _NEAR) : start])
    )


def _is_capital(reading: Reading, start: int, end: int) -> bool:
    return all(letter.isupper() for letter in reading.text[start:end] if letter.isalpha())


def _places(reading: Reading) -> Iterator[tuple[int, int]]:
    for match in _DOTTED.finditer(reading.bare):
        yield match.span()
    for match in _HYPHEN.finditer(reading.bare):
        is_year = _YEAR.search(match[0]) is not None
        if _has_cue(reading, match.start()) or (
            not is_year and _is_capital(reading, *match.span())
        ):
            yield match.span()
    for match in _LOOSE.finditer(reading.bare):
        of_five = len(re.sub(r"\D", "", match[0][3:])) >= 5
        if _has_cue(reading, match.start()) or (
            of_five and "\n" not in match[0] and _is_capital(reading, *match.span())
        ):
            yield match.span()
    for match in _SPACED.finditer(reading.bare):
        if _has_cue(reading, match.start()):
            yield match.span()
    for match in _ARMY.finditer(reading.bare):
        if _is_capital(reading, *match.span()):
            yield match.span()
    for match in _OFFICIAL.finditer(reading.bare):
        yield match.span(1) if match[1] else match.span(2)


def _is_told_of_something_else(reading: Reading, start: int) -> bool:
    return _NO_VEHICLE.search(reading.bare[max(0, start - 12) : start]) is not None


def plates(reading: Reading) -> list[Hit]:
    """Plates by their form; the doubtful forms only near a word for a vehicle."""
    return [
        reading.hit(
            "plate",
            Level.REASON,
            start,
            end,
            f"Có biển số xe “{reading.text[start:end].strip()}”. Nếu không thật cần thì xóa biển "
            "số. Nếu cần (tìm chủ xe, tìm xe bị mất) thì ghi lý do.",
        )
        for start, end in dict.fromkeys(_places(reading))
        if not _is_told_of_something_else(reading, start)
    ]
