"""Tell thanks and addressing of officers from everything else that names them.

A text is courteous only if every word of it is known to be so, and every name is thanked, called
or praised: a word outside the lists, a sign of irony, a number of no place, somebody else who is
spoken of, and it is unclear. So no accusation passes for courtesy because nobody thought of its
words; what is unclear waits for a person. Tried and left: a few unknown words, unless they are
known to be bad, kept more thanks whole and showed a quarter of sly accusations.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from content_rules.engine.lexicon import UNMARKED, word_set
from content_rules.engine.reading import read

NAME = "§"
_THANKS, _CALLS, _TITLES = "courtesy_thanks", "courtesy_calls", "courtesy_titles"
_PRAISE, _DEEDS, _QUESTIONS = "courtesy_praise", "courtesy_deeds", "courtesy_questions"
_KINDS = (_THANKS, _CALLS, _TITLES, _PRAISE, _DEEDS, _QUESTIONS, "courtesy_words")
_SIGNS = re.compile(r"[^\w\s.,;:!?\-/❤🙏🌹💐🌷\ufe0f]|\.\.|[?!]{2}|_")
_ABBREVIATED = re.compile(r"\b[đd]\s?/\s?c\b\.?")
_PLACE = r"(?:ấp|ap|tổ|to|thôn|xóm|khu phố|khu pho|lớp|số nhà)"
_NUMBER_OF_A_PLACE = re.compile(rf"\b({_PLACE}) \d+[a-h]?\b|\b\d+[a-h]? (?={_PLACE}\b)")
_OWN_NAME = re.compile(
    r"\b((?:tôi|toi|em|con|cháu|chau)) (?:tên là|ten la|tên|ten|là|la)((?: \w+){1,4})",
    re.IGNORECASE,
)
_REPORTED = re.compile(rf"(báo (?:\w+ +){{0,2}} *{NAME} +)biết\b")
_ENDS = re.compile(r"([.,;:!?\n/\-])")
_WORD = re.compile(r"§|[^\W_]+")
_LONGEST = 6
_JOINS = frozenset({"và", "va", "cùng", "cung", "cùng với", "cung voi"})
_OFFICE = re.compile(r"c[oô]ng an (?:x[aã]|ph[uư][oơờ]ng)")
_TOWARDS = frozenset({"tới", "toi", "đến", "den"})
_OF = frozenset({"của", "cua"})
_OWN_GOOD = frozenset(
    {
        "sự giúp đỡ",
        "sự quan tâm",
        "sự phục vụ",
        "sự hướng dẫn",
        "tấm lòng",
        "theo hướng dẫn",
        "đóng góp",
        "công lao",
        "tinh thần",
    }
)
_OPENING = frozenset({"dạ", "da", "xin", "kính", "kinh", "rất", "rat"})
_IS_A_FAVOUR = re.compile(
    r"gi[úu]p|h[ưu][ớo]ng d[ẫa]n|cho |ph[áa]t huy|gh[ée] th[ăa]m|s[ắa]p x[ếe]p"
)
_CALLED = frozenset({"ơi", "oi", "thân mến", "than men"})
_HANDED = (
    "lời", "loi", "số nhà", "so nha", "hồ sơ", "ho so", "giấy", "giay", "ảnh", "bổ sung", "bản",
    "đơn", "phiếu", "thư", "mẫu đơn", "tờ khai",
)  # fmt: skip

type Piece = tuple[str, frozenset[str]]  # the words, and the lists in which they stand
type Clause = list[Piece]


def is_courteous(text: str, names: Iterable[str]) -> bool:
    """Whether a text does nothing but thank, greet or address the officers of these names."""
    written = unicodedata.normalize("NFC", read(text).text)
    plain = _ABBREVIATED.sub("đồng chí ", _OWN_NAME.sub(_without_own_name, written).lower())
    named = _with_names_struck(plain, names)
    if NAME not in named or _SIGNS.search(named.replace(NAME, "")):
        return False
    named = _REPORTED.sub(r"\1", named)
    named = _NUMBER_OF_A_PLACE.sub(lambda found: found[1] or "", named)
    is_marked = plain.translate(UNMARKED) != plain.replace("đồng chí", "")
    clauses: list[Clause] = []
    for words, end in _clauses(named):
        clause = _pieces(words, is_marked=is_marked)
        if clause is None or (end == "?" and not _has(clause, _QUESTIONS)):
            return False
        clauses.append(clause)
    return _is_well_made(clauses)


# Names and words.


def _without_own_name(found: re.Match[str]) -> str:
    words = found[2].split()
    while words and words[0][0].isupper():
        words.pop(0)
    return " ".join([found[1], *words])


def _with_names_struck(plain: str, names: Iterable[str]) -> str:
    """The text with each name, or a given name beside a title, as one sign."""
    whole = sorted({name.lower() for name in names if " " in name}, key=len, reverse=True)
    for name in whole:
        plain = _written(name.split()).sub(f" {NAME} ", plain)
    titles = "|".join(sorted(map(re.escape, _all_titles()), key=len, reverse=True))
    for given in {name.split()[-1] for name in whole}:
        behind = re.compile(rf"\b({titles})\s+{_either(given)}(?!\w)")
        plain = behind.sub(rf"\1 {NAME} ", plain)
        before = re.compile(rf"(?<!\w){_either(given)}\s+(công an|cong an|cskv)\b")
        plain = before.sub(rf"{NAME} \1", plain)
    return plain


@cache
def _all_titles() -> frozenset[str]:
    titles = word_set(_TITLES)
    return titles | {_bare(title) for title in titles}


def _written(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){r'\s+'.join(map(_either, words))}(?!\w)")


def _either(word: str) -> str:
    """A word with its marks or without any."""
    return f"(?:{re.escape(word)}|{re.escape(_bare(word))})"


def _bare(word: str) -> str:
    return word.translate(UNMARKED)


def _clauses(text: str) -> Iterator[tuple[list[str], str]]:
    parts = _ENDS.split(text)
    for words, end in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if found := _WORD.findall(words):
            yield found, end


@cache
def _known(*, is_marked: bool) -> dict[str, frozenset[str]]:
    """Each phrase with the lists that hold it; without marks what may be another word is out."""
    known: dict[str, frozenset[str]] = {NAME: frozenset({NAME})}
    doubtful = word_set("courtesy_doubtful_without_marks")
    for kind in _KINDS:
        for phrase in word_set(kind):
            form = phrase if is_marked else _bare(phrase)
            if is_marked or kind == _TITLES or form not in doubtful:
                known[form] = known.get(form, frozenset()) | {kind}
    return known


def _pieces(words: list[str], *, is_marked: bool) -> Clause | None:
    """The clause as known phrases, the longest first; None where a word is unknown."""
    known = _known(is_marked=is_marked)
    rest: list[Clause | None] = [None] * len(words) + [[]]  # how the words from here on are read
    for at in reversed(range(len(words))):
        for end in range(min(at + _LONGEST, len(words)), at, -1):
            phrase, following = " ".join(words[at:end]), rest[end]
            if phrase in known and following is not None:
                rest[at] = [(phrase, known[phrase]), *following]
                break
    return rest[0]


# What is said of each name.


def _has(pieces: Collection[Piece], *wanted: str) -> bool:
    return any(kinds.intersection(wanted) for _words, kinds in pieces)


def _is_well_made(clauses: list[Clause]) -> bool:
    """Every name and title of every clause is spoken to or of as courtesy does."""
    is_thanking = any(_has(clause, _THANKS) for clause in clauses)
    goes_on = False  # a list of names that began with thanks or a call
    for clause in clauses:
        runs = list(_runs(clause))
        if not all(
            _is_courtesy(clause[:start], clause[end:], goes_on=goes_on, is_thanking=is_thanking)
            for start, end in runs
        ):
            return False
        is_list = bool(runs) and runs[0] == (0, len(clause))
        goes_on = _has(clause, _THANKS, _CALLS) or (goes_on and is_list)
    return True


def _runs(clause: Clause) -> Iterator[tuple[int, int]]:
    """Names with their titles, in a row; a title alone speaks to somebody. Offices are nobody."""
    at = 0
    while at < len(clause):
        end = at
        while end < len(clause) and (
            clause[end][1] & {NAME, _TITLES} or (end > at and clause[end][0] in _JOINS)
        ):
            end += 1
        if end > at and not all(_OFFICE.fullmatch(words) for words, _kinds in clause[at:end]):
            yield at, end
        at = max(end, at + 1)


def _is_courtesy(before: Clause, behind: Clause, *, goes_on: bool, is_thanking: bool) -> bool:
    says = [piece for piece in before if piece[0] not in _OPENING]
    if not says:
        is_listed = goes_on and (not behind or behind[0][0] in _JOINS)
        has_helped = is_thanking and _has(behind[:2], _DEEDS)
        return is_listed or has_helped or _is_praised(behind)
    last, kinds = says[-1]
    if kinds & {_THANKS, _CALLS} or (last in _TOWARDS and _has(says, _THANKS, _CALLS)):
        return _is_fitting(says, behind)
    if last in _OF:
        return len(says) > 1 and (says[-2][0] in _OWN_GOOD or _has(says[-2:-1], _PRAISE))
    if last == "vì":
        return _has(says, _THANKS) and _has(behind, _PRAISE)
    return last == "được" and is_thanking and _has(behind[:1], _DEEDS)


def _is_praised(behind: Clause) -> bool:
    if behind and behind[0][0] in _CALLED:
        return True
    return _has(behind, _PRAISE) and not _has(behind, _CALLS)


def _is_fitting(says: Clause, behind: Clause) -> bool:
    """Whether what follows the name is what its thanks or call leads to."""
    if _has(says, _THANKS):
        has_acted = any(words in ("đã", "da") for words, _kinds in behind)
        return not has_acted or _has(behind, _DEEDS, _PRAISE)
    call = next(words for words, kinds in reversed(says) if _CALLS in kinds)
    if not behind or behind[0][0] in ("ạ", "nhé", "để"):
        return True
    if any(words.startswith("trả lại") for words, _kinds in behind):
        return False  # what did he take?
    if call.split()[-1] in ("mong", "nghị", "nghi"):  # a wish for what is a duty is a complaint
        asked = any(_IS_A_FAVOUR.search(words) for words, _kinds in behind)
        return asked and not _has(behind, _PRAISE)
    if call.split()[-1] in ("nhờ", "nho", "gặp"):
        return _has(behind, _DEEDS) and not _has(behind, _PRAISE)
    return behind[0][0].startswith(_HANDED)
