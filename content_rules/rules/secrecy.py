"""Marks of state secrets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from content_rules.engine.findings import Level
from content_rules.engine.lexicon import any_of, bare_finder, bare_of, finder
from content_rules.engine.reading import Reading, Span, spans_of
from content_rules.engine.rules import Post, Rule
from content_rules.rules.secret_numbers import SECRET_AFTER

_MARKS = frozenset({"MẬT", "TỐIMẬT", "TUYỆTMẬT", "MAT", "TOIMAT", "TUYETMAT"})
_HASTE = re.compile("HỎATỐC|HOẢTỐC|HOATOC|THƯỢNGKHẨN|THUONGKHAN|KHẨN|KHAN")
_NEAR = 200
_LONGEST_MARK = 80
_CELLS = re.compile(r"[^\t\n|]+?(?=\t|\||\n|$| {3,})")
# A heading in small letters without marks: only between the lines of a document.
_SMALL_MARK = re.compile(r"(?m)^[^\w\n]*(?:(?:toi|tuyet) )?mat[^\w\n]*$")
_OF_DOCUMENT = re.compile(rf"\s*{bare_of('secrecy_document_lines')}\b")
_OF_AGENCY = re.compile(rf"\W*{bare_of('secrecy_agencies')}\b")
# Everyday words of which MẬT is a part, before and after it.
_BEFORE = re.compile(rf"\b{bare_of('secrecy_everyday_before')}\s+$")
_AFTER = re.compile(rf"\s+{bare_of('secrecy_everyday_after')}\b")
_WORD = re.compile(r"\bMẬT\b")
# Every mark has these letters, whatever stands between them.
_LETTERS = re.compile(r"m[\W_]{0,6}a[\W_]{0,6}t")
# Then it is the number that asks.
_NUMBERED = re.compile(r"\s*(?:[,:(]\s*)?(?:mang )?(?:so|ky hieu|so hieu)?[\s:.]*\d")
# What is forbidden of all such papers, none of which is at hand.
_FORBIDDEN = re.compile(
    r"\b(?:không(?: được)?|cấm|nghiêm cấm|đừng|chớ):? (?:tự ý |bao giờ )?"
    rf"{any_of('secrecy_forbidden_acts')}\b[^.!?\n]{{0,30}}$",
    re.IGNORECASE,
)
_UNLAWFUL = re.compile(
    r"[^.!?\n]{0,40}\b(?:là (?:vi phạm|hành vi|trái|phạm)|bị (?:nghiêm cấm|cấm|xử|phạt))\b",
    re.IGNORECASE,
)
_AT_HAND = finder("secrecy_pointing_words")
_LAW = finder("secrecy_of_the_law")

# In the name of a file a mark stands apart from its other words: `BC_..._MAT.docx`.
_MARK_IN_NAME = re.compile(r"(?<!\w)(?:(?:TUYET|TOI) )?MAT(?! *(?:[A-Z]|xe\b|tien\b|giay\b))(?!\w)")
_IN_NAME = re.compile(
    r"\b(?:tuyệt mật|tối mật|tuyet mat|toi mat|do mat|độ mật)\b|"
    r"(?:TUY[EỆ]T|T[OỐ]I)M[AẬ]T(?![a-z])|(?-i:\bMẬT\b)",
    re.IGNORECASE,
)
_FILE_END = re.compile(r"\.(?:docx?|pdf|xlsx?|jpe?g|png|pptx?|zip|rar)\b", re.IGNORECASE)
_FILE_STEM = re.compile(r"[^\s\"“”(),;]{1,120}$")
_APART = re.compile(r"[_+.\-]")
_DOCUMENT_NAME = bare_finder("secrecy_file_kinds")
_NO_MARK = re.compile(rf"\b{bare_of('secrecy_mat_is_a_face')}\s{{1,2}}$")
# The kind of a paper and its mark, in whatever letters.
_KIND_IN_NAME = re.compile(
    rf"\b{bare_of('secrecy_marked_file_kinds')} (?:(?:tuyet|toi) )?mat"
    r"(?= ?(?:$|(?:docx?|pdf|xlsx?|jpe?g|png|pptx?|zip|rar)\b|(?:cua|ngay|thang|nam|quy|tuan)\b))|"
    r"^(?:(?:tuyet|toi) )?mat (?:bao cao|ke hoach|cong van|phuong an|bc|kh|cv|pa)\b"
)


def _is_mark(words: str) -> bool:
    """Nothing but a mark, however it is spaced, alone or with a word of haste."""
    if len(words) > _LONGEST_MARK:
        return False
    letters = "".join(letter for letter in words if letter.isalpha())
    shouted = letters.upper()
    if shouted in {"MAT", "TOIMAT"} and letters != shouted:
        return False  # without marks `mat` is also an eye, `toi mat` also “I lost”
    return _HASTE.sub("", shouted).removeprefix("ĐỘMẬT") in _MARKS


def _is_everyday(reading: Reading, _start: int, end: int) -> bool:
    return _AFTER.match(reading.bare, end) is not None


def _is_no_secret(reading: Reading, start: int, end: int) -> bool:
    """MẬT in capitals amid capitals, or a part of an everyday word."""
    first, last = reading.line_of(start)
    first, last = max(first, start - _NEAR), min(last, end + _NEAR)
    if not any(letter.islower() for letter in reading.text[first:last]):
        return True
    before = _BEFORE.search(reading.bare[max(first, start - 12) : start])
    return bool(before or _AFTER.match(reading.bare[end:last]))


def _is_of_number(reading: Reading, _start: int, end: int) -> bool:
    """The mark belongs to a number right before it: then it is the number that asks."""
    return any(found.end() == end for found in SECRET_AFTER.finditer(reading.text))


def _is_numbered(reading: Reading, _start: int, end: int) -> bool:
    return _NUMBERED.match(reading.bare, end) is not None


def _is_forbidden(reading: Reading, start: int, end: int) -> bool:
    """A rule for all papers with a mark, and none that is pointed at."""
    first, last = reading.line_of(start)
    text = reading.text
    before = _FORBIDDEN.search(text, max(first, start - 80), start)
    after = _UNLAWFUL.match(text, end, last)
    if not (before or after):
        return False
    begins = before.start() if before else max(first, start - 40)
    ends = after.end() if after else min(last, end + 6)
    return _AT_HAND.search(text, begins, ends) is None


def _is_of_the_law(reading: Reading, start: int, end: int) -> bool:
    """The grades are spoken of in general, as the law names them."""
    first, last = reading.line_of(start)
    sentence = reading.text[max(first, start - _NEAR) : min(last, end + _NEAR)]
    return _LAW.search(sentence) is not None


def _is_of_marked_text(reading: Reading, start: int, end: int) -> bool:
    """Then the letters without marks are a name or another word."""
    words = reading.text[start:end]
    return not words.isascii() or words.istitle()


def _is_without_mark(reading: Reading, start: int, end: int) -> bool:
    """Then the letters are another word: an eye, a face, a loss."""
    return "ậ" not in reading.text[start:end].lower()


@dataclass(frozen=True)
class _Sign:
    """A form in which a mark stands; its last group that matched is the mark, else the whole."""

    pattern: re.Pattern[str]
    unless: tuple[Callable[[Reading, int, int], bool], ...] = ()
    is_bare: bool = False

    def spans(self, reading: Reading) -> Iterator[Span]:
        for match in self.pattern.finditer(reading.bare if self.is_bare else reading.text):
            span = match.span(match.lastindex or 0)
            if not any(is_other(reading, *span) for is_other in self.unless):
                yield span


_WORDS = r"(?:TUYỆT\W{0,3}MẬT|TỐI\W{0,3}MẬT|MẬT|TUYET\W{1,3}MAT|TOI\W{1,3}MAT|MAT(?=\s*-))"
_KINDS = "(?:TÀI LIỆU|VĂN BẢN|HỒ SƠ|BÁO CÁO|KẾ HOẠCH|PHƯƠNG ÁN|CÔNG VĂN|CÔNG ĐIỆN|TIN|BẢN)"
_PAPERS = "kế hoạch|báo cáo|tài liệu|phương án|hồ sơ|văn bản|công văn|công điện|mệnh lệnh|lệnh"
_OF_A_PAPER = (_is_everyday, _is_numbered, _is_of_number, _is_forbidden)
# A letter at a time: nobody spaces out an everyday word, but headings are spaced out as a whole.
_GAP = r"(?:[^\w\n]|_){1,3}"
_AMID_LETTERS_BEFORE = re.compile(r"(?<!\w)\w(?:[^\w\n]|_){1,3}$")
_AMID_LETTERS_AFTER = re.compile(r"(?:[^\w\n]|_){1,3}\w(?!\w)(?!\s*[\d:])")
_SPLIT_RANK = f"(?:t{_GAP}u{_GAP}y{_GAP}ệ{_GAP}t|t{_GAP}ố{_GAP}i){_GAP}"


def _is_amid_letters(reading: Reading, start: int, end: int) -> bool:
    before = _AMID_LETTERS_BEFORE.search(reading.bare, max(0, start - 5), start)
    return bool(before or _AMID_LETTERS_AFTER.match(reading.bare, end))


# At the head of a line, the first of each line alone.
_LINE_SIGNS = (
    re.compile(rf"^\W*({_WORDS})(?:\s*[-:|/,.;]|\s+(?:[Ss]ố|[Cc]ông an|CÔNG AN|UBND|Ủy ban|Đảng))"),
    re.compile(
        r"^\W*((?:(?:tuyệt|tối)\s+)?mật)[”\"’»]?\s*[-:|/]\s*"
        rf"(?:{any_of('secrecy_document_kinds')}|{any_of('secrecy_haste')})\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!ba )(?<!3 )(?<!các )\bđộ\W{1,3}mật\b(?=\W{1,12}(?:(?:tuyệt|tối)\W{1,3})?mật\b|\s*:)|"
        r"^\W*(?:mức\s+)?độ\s+mật\b|^\W*DO\s+MAT\b|"
        r"\b(?:cấp|mức)\s+độ(?:\s+mật)?\s*:\s*(?:(?:tuyệt|tối)\s+)?mật\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:[Bb]an|[Dd]au|[Tt]ai lieu|[Vv]an ban|[Kk]e hoach|[Bb]ao cao)\s+"
        r"(?:(?:TOI|TUYET)\s+)?MAT\b|"
        r"\b(?:TAI LIEU|VAN BAN|CONG VAN|KE HOACH|BAO CAO|PHUONG AN|HO SO) (?:(?:TOI|TUYET) )?MAT\b"
        r"(?! (?:ONG|KHAU|DO|MA)\b)"
    ),
)
_IN_BRACKETS = _Sign(
    re.compile(r"[(\[{]\s*(?:(?:tuyệt|tối|tuyet|toi)\s+)?(?:m\s*ậ\s*t|MAT)\s*[)\]}]", re.IGNORECASE)
)
_SIGNS = (
    _Sign(
        re.compile(r"(?<!ly )\b(?:do mat\W{1,3}|dau mat\s?:\s?)(?:(?:toi|tuyet) )?mat\b"),
        unless=(_is_of_the_law,),
        is_bare=True,
    ),
    _IN_BRACKETS,
    _Sign(re.compile(r"\b(?:TUYỆT|TỐI)\s+MẬT\b|\bTUYET\s+MAT\b")),
    # “đây là văn bản mật”
    _Sign(
        re.compile(
            r"\b(?:này|đây|kia)\s+(?:là|thuộc(?:\s+(?:loại|diện|danh mục))?)\s+"
            rf"(?:{any_of('secrecy_papers_at_hand')}\s+){{0,2}}((?:tuyệt |tối )?mật)\b",
            re.IGNORECASE,
        ),
        unless=(_is_everyday,),
    ),
    # Of a paper that is at hand, or one that a mark is told to stand on.
    _Sign(
        re.compile(
            r"\b(?:đóng|có|mang|dán|ghi|in) dấu\s?:?\s+[\"“]?((?:tuyệt |tối )?mật)\b|"
            r"\blưu hành\s?:?\s+((?:tuyệt |tối )?mật)\b|"
            rf"\b{any_of('secrecy_handling')}\b[^.!?\n]{{0,25}}?\b(?:bản )?"
            rf"(?:{_PAPERS}|danh sách)\s+((?:tuyệt |tối )?mật)\b|"
            rf"(?m:^)[^\w\n]*(?:{_PAPERS})\s+((?:tuyệt |tối )?mật)\b"
            r"(?=\s+(?:về|của|số|ngày|tháng|quý)\b|\s*(?::|$))",
            re.IGNORECASE,
        ),
        unless=_OF_A_PAPER,
    ),
    _Sign(re.compile(rf"(?m:^[^\w\n]*){_KINDS}\s+((?:TUYỆT |TỐI )?MẬT)\b"), unless=(_is_everyday,)),
    _Sign(
        re.compile(r"\b[Dd]ấu\s+[\"“]?((?:TUYỆT |TỐI )?MẬT|Tuyệt mật|Tối mật|Mật)\b"),
        unless=(_is_everyday, _is_of_number, _is_forbidden),
    ),
    _Sign(_WORD, unless=(_is_no_secret,)),
    # In letters now large, now small, or amid strokes.
    _Sign(re.compile(r"\b(?!mật|Mật|MẬT)[Mm][Ậậ][Tt]\b"), unless=(_is_everyday,)),
    _Sign(re.compile(r"(?:(?m:^)|[-=~*#+|_]{2})\W{0,3}(mật)\s?[-=~*#+|_]{2}", re.IGNORECASE)),
    _Sign(
        re.compile(
            rf"(?<!\w)(?:{_SPLIT_RANK})?m(?:{_GAP}ậ(?:{_GAP})?|ậ{_GAP})t(?!\w)", re.IGNORECASE
        ),
        unless=(_is_amid_letters, _is_everyday),
    ),
    _Sign(
        re.compile(
            rf"(?<!\w)t{_GAP}(?:o{_GAP}i|u{_GAP}y{_GAP}e{_GAP}t){_GAP}m{_GAP}a{_GAP}t(?!\w)|"
            rf"(?m:^)[^\w\n]*(m[._\-/*]a[._\-/*]t)[^\w\n]{{0,3}}[:–|/-]",
        ),
        unless=(_is_amid_letters,),
        is_bare=True,
    ),
)
# Told in a sentence of a paper at hand: officers do not write so, residents may tell of it.
_MENTIONS = (
    # A grade that is written out, of this text or of a paper at hand.
    _Sign(
        re.compile(r"\b(?:[Tt]uyệt|[Tt]ối|TUYỆT|TỐI)[\s._\-*/·|+]{0,3}(?:[Mm]ật|MẬT)\b"),
        unless=(*_OF_A_PAPER, _is_of_the_law),
    ),
    _Sign(
        re.compile(r"\btuyet[\W_]{1,3}mat\b(?=\s*(?:[-:!.,;|/)\]]|$|\n))"),
        unless=(_is_of_marked_text, *_OF_A_PAPER),
        is_bare=True,
    ),
    _Sign(
        re.compile(r"\bđộ (?:[Mm]ật (?:là|ở mức|loại)\s[“\"]?)?(M(?:ật|ẬT))\b"),
        unless=(_is_everyday, _is_of_the_law),
    ),
    _Sign(
        re.compile(
            r"\b[Tt]huộc (?:loại|diện|độ|mức|danh mục)(?: tài liệu| văn bản)? [“\"]?"
            r"(M(?:ật|ẬT))\b(?![”\"]?(?:,| và| hoặc| hay) [“\"]?(?:[Tt]ối|[Tt]uyệt))"
        ),
        unless=(_is_everyday, _is_forbidden, _is_of_the_law),
    ),
    _Sign(
        re.compile(
            rf"\b{bare_of('secrecy_causes')} (?:\w+ )?{bare_of('secrecy_numbered_kinds')} "
            r"((?:tuyet |toi )?mat) (?:cua|tu|ve|ngay|luc)\b"
        ),
        unless=(_is_without_mark, *_OF_A_PAPER),
        is_bare=True,
    ),
)


def _small_marks(reading: Reading) -> Iterator[Span]:
    for mark in _SMALL_MARK.finditer(reading.bare):
        words = reading.text[slice(*mark.span())].lower()
        if not words.isascii() and "mật" not in words:
            continue
        above = reading.bare[: mark.start()].rstrip().rpartition("\n")[2]
        below = "" if above else reading.bare[mark.end() :]
        of_agency = _OF_AGENCY.match(above) or _OF_AGENCY.match(below)
        if of_agency or _OF_DOCUMENT.match(reading.bare, mark.end()):
            yield mark.span()


def _in_lines(reading: Reading) -> Iterator[Span]:
    at = 0
    for line in reading.text.split("\n"):
        if _is_mark(line):
            yield at, at + len(line)
        for cell in _CELLS.finditer(line):
            if len(cell[0].strip()) < len(line.strip()) and _is_mark(cell[0]):
                yield at + cell.start(), at + cell.end()
        for pattern in _LINE_SIGNS:
            if found := pattern.search(line):
                group = found.lastindex or 0
                yield at + found.start(group), at + found.end(group)
        at += len(line) + 1


def _in_name(reading: Reading) -> Iterator[Span]:
    yield from spans_of(_IN_NAME, reading.text)
    yield from _IN_BRACKETS.spans(reading)
    for match in _KIND_IN_NAME.finditer(reading.bare):
        words = reading.text[slice(*match.span())].lower()
        if "mật" in words or words.isascii():
            yield match.span()
    is_mixed = any(map(str.islower, reading.text.rpartition(" ")[0]))
    for match in _MARK_IN_NAME.finditer(reading.text):
        is_other = _NO_MARK.search(reading.bare, max(0, match.start() - 12), match.start())
        if not is_other and (is_mixed or _DOCUMENT_NAME.search(reading.bare)):
            yield match.span()


def _in_names_told(reading: Reading) -> Iterator[Span]:
    """In the names of files that a text speaks of: `KH_tuan_tra_MẬT.docx`."""
    for ending in _FILE_END.finditer(reading.text):
        stem = _FILE_STEM.search(reading.text, max(0, ending.start() - 120), ending.start())
        if stem is None:
            continue
        start, end = stem.start(), ending.end()
        alone = replace(
            reading,
            text=_APART.sub(" ", reading.text[start:end]),
            bare=_APART.sub(" ", reading.bare[start:end]),
        )
        yield from ((start + first, start + last) for first, last in _in_name(alone))


def mark_of(reading: Reading, *, is_mention_one: bool = False) -> Span | None:
    """The first secrecy mark of a text: one is enough."""
    if _LETTERS.search(reading.bare) is None:
        return None
    if reading.where.endswith("name"):
        return min(_in_name(reading), default=None)
    found = [*_small_marks(reading), *_in_lines(reading)]
    signs = _SIGNS + _MENTIONS if is_mention_one else _SIGNS
    found += (span for sign in signs for span in sign.spans(reading))
    if is_mention_one:
        found += _in_names_told(reading)
    return min(found, default=None)


class SecrecyMark(Rule):
    """A mark of state secrets: alone in a line or cell, in a heading, told of a paper at hand."""

    name = "secrecy"
    level = Level.BLOCK
    sentence = (
        "Nội dung có dấu hiệu bí mật nhà nước (“{}”). Không được đưa lên hệ thống này; "
        "hãy dùng kênh bảo mật theo quy định."
    )
    examples = (
        "CÔNG AN XÃ\nTỐI MẬT\nKế hoạch tuần",
        "[Mật] Danh sách",
        "m.ậ.t: phương án tuần tra",
        "Theo điện mật của Công an tỉnh, các xã tăng cường trực.",
        "Văn bản thuộc độ tuyệt mật.",
        "Đây là văn bản mật.",
        "Độ mật: tối mật",
    )
    counterexamples = (
        "Bảo mật tài khoản: không đưa mật khẩu cho ai.",
        "MẬT KHẨU MẠNH CÓ TỪ 12 KÝ TỰ",
        "Cấm chụp tài liệu mật dưới mọi hình thức.",
        "Luật chia bí mật nhà nước làm ba độ: tuyệt mật, tối mật, mật.",
        "Tổ mật phục bắt quả tang kẻ trộm chó.",
    )

    def spans(self, post: Post) -> list[Span]:
        mark = mark_of(post.reading, is_mention_one=True)
        return [mark] if mark else []

    def quote(self, words: str) -> str:
        return words.strip()[:40]
