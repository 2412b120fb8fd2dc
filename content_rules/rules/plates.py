"""Number plates in all the ways in which they are written."""

import re
from collections.abc import Iterator

from content_rules.engine.findings import Level
from content_rules.engine.lexicon import bare_finder
from content_rules.engine.reading import Reading, Span, spans_of
from content_rules.engine.rules import Post, Rule

_PROVINCE = r"(?<![\da-z./,])(?:1[124-9]|[23]\d|4[0137-9]|[5-9]\d)"
_SERIES = r"[a-hj-npr-z]{1,2}[ ]?\d?"
_CUE = bare_finder("vehicle_cues")
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


def _places(reading: Reading) -> Iterator[Span]:
    yield from spans_of(_DOTTED, reading.bare)
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


class Plate(Rule):
    """A plate by its form; the doubtful forms only near a word for a vehicle."""

    name = "plate"
    level = Level.REASON
    is_about_numbers = True
    sentence = (
        "Có biển số xe “{}”. Nếu không thật cần thì xóa biển số. Nếu cần (tìm chủ xe, tìm xe bị "
        "mất) thì ghi lý do."
    )
    examples = ("Xe 60F1-123.45 bỏ ở chợ", "biển số 51A 12345")
    counterexamples = ("Lớp 12A 1234 em dự thi", "Biên bản họp tổ 12-11-2026")

    def spans(self, post: Post) -> Iterator[Span]:
        for start, end in _places(post.figures):
            before = post.figures.bare[max(0, start - 12) : start]
            if not _NO_VEHICLE.search(before):
                yield start, end
