"""Word lists that a person may edit: `content_rules/lexicon/*.txt`, read once and compiled.

One entry a line; `content_rules/lexicon/README.md` explains the signs. A bad line is refused with
its file and number, so that a slip of the hand stops the start and not the check of a post.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from vietnamese.text import LETTERS_FOLDED, LETTERS_MARKED

UNMARKED = str.maketrans(LETTERS_MARKED, LETTERS_FOLDED)
FOLDER = Path(__file__).parents[1] / "lexicon"
_ENTRY = re.compile(r"((?:[^!]+!\s+)*)([^!]+?)((?:\s+![^!]+?)*)")
_PLACEHOLDERS = {
    "{số}": r"\d", "{1-2 số}": r"\d{1,2}", "{1-3 số}": r"\d{1,3}", "{các số}": r"\d+",
    "{từ}": r"\w+", "{chữ}": r"\w*",
}  # fmt: skip
_PIECE = re.compile(r"\{[^{}]*\}|\)\?|[()|]|[\w /.,:&'’+-]|.")
_LITERAL = re.compile(r"[\w /.,:&'’+-]")
_END = ""

type _Sequence = tuple[str, ...]  # pieces of an expression, one letter or one sign each
type _Trie = dict[str, _Trie]


class LexiconError(ValueError):
    """A line of a word list that nobody can read; the message names file and line."""


def _sequences(pieces: list[str], *, is_nested: bool = False) -> list[_Sequence]:
    """All ways to read an entry; takes its pieces off the list."""
    options: list[_Sequence] = []
    current: list[_Sequence] = [()]
    while pieces:
        piece = pieces.pop(0)
        if piece == "(":
            inner = _sequences(pieces, is_nested=True)
            current = [one + other for one in current for other in inner]
        elif piece in {"|", ")", ")?"} and is_nested:
            if () in current:
                raise ValueError("thiếu chữ trong ngoặc")
            options += current
            if piece != "|":
                return [*options, ()] if piece == ")?" else options
            current = [()]
        elif piece in _PLACEHOLDERS:
            current = [(*one, _PLACEHOLDERS[piece]) for one in current]
        elif _LITERAL.fullmatch(piece):
            current = [(*one, re.escape(piece)) for one in current]
        else:
            raise ValueError(f"không hiểu “{piece}”")
    if is_nested:
        raise ValueError("thiếu dấu đóng ngoặc")
    return current


def _exclusion(words: str) -> str:
    """Words that begin so, or just this word where it ends in a full stop."""
    word = words.strip()
    return re.escape(word.removesuffix(".")) + (r"\b" if word.endswith(".") else "")


def _entry(line: str) -> list[_Sequence]:
    found = _ENTRY.fullmatch(line)
    if found is None:
        raise ValueError("dấu ! đặt sai chỗ")
    before = tuple(f"(?<!{re.escape(word.strip())} )" for word in found[1].split("!")[:-1])
    after = [f" {_exclusion(word)}" for word in found[3].split("!")[1:]]
    behind = (f"(?!{'|'.join(after)})",) if after else ()
    return [(*before, *one, *behind) for one in _sequences(_PIECE.findall(found[2]))]


@cache
def _lines(name: str) -> tuple[tuple[int, str], ...]:
    path = FOLDER / f"{name}.txt"
    written = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
    lines = [(at, line.split("#")[0].strip()) for at, line in enumerate(written.splitlines(), 1)]
    return tuple((at, line) for at, line in lines if line)


def _read(name: str, *, is_bare: bool = False) -> list[_Sequence]:
    sequences: list[_Sequence] = []
    known: set[str] = set()
    for at, line in _lines(name):
        try:
            if line in known:
                raise ValueError("dòng này đã có ở trên")
            sequences += _entry(_bare(line) if is_bare else line)
        except ValueError as error:
            raise LexiconError(f"{name}.txt, dòng {at}: {error} ({line})") from error
        known.add(line)
    if not sequences:
        raise LexiconError(f"{name}.txt: danh sách trống")
    return sequences


def _bare(line: str) -> str:
    """Small letters without marks, but for the placeholders."""
    parts = re.split(r"(\{[^{}]*\})", line)
    return "".join(
        part if part.startswith("{") else part.lower().translate(UNMARKED) for part in parts
    )


def word_set(name: str) -> frozenset[str]:
    """The entries of a list of plain words, in small letters."""
    for at, line in _lines(name):
        if signs := re.findall(r"[!(){}|]", line):
            raise LexiconError(f"{name}.txt, dòng {at}: không dùng “{signs[0]}” ở đây ({line})")
    return frozenset("".join(one).replace("\\", "").lower() for one in _read(name))


def word_pairs(name: str) -> dict[str, str]:
    """The entries of a list of lines “word = meaning”; the meaning may be blank."""
    pairs: dict[str, str] = {}
    for at, line in _lines(name):
        word, sign, meaning = map(str.strip, line.partition("="))
        if not (sign and word) or word in pairs:
            raise LexiconError(f"{name}.txt, dòng {at}: phải là “chữ = nghĩa”, một lần ({line})")
        pairs[word] = meaning
    return pairs


@cache
def any_of(name: str, *, is_bare: bool = False) -> str:
    """An expression for any entry of a list, longest first; `is_bare` matches `bare`."""
    trie: _Trie = {}
    for sequence in _read(name, is_bare=is_bare):
        node = trie
        for piece in sequence:
            node = node.setdefault(piece, {})
        node[_END] = {}
    return _expression(trie)


def first_of(name: str, *, is_bare: bool = False) -> str:
    """An expression for any entry of a list, the one that stands first before all others."""
    return f"(?:{'|'.join(map(''.join, _read(name, is_bare=is_bare)))})"


def _expression(node: _Trie) -> str:
    branches = [piece + _expression(child) for piece, child in node.items() if piece != _END]
    if not branches:
        return ""
    branches.sort(key=lambda branch: branch.startswith("\\") and branch[1].isalpha())
    joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{joined})?" if _END in node else joined


def bare_of(name: str) -> str:
    """`any_of` for the plain form in small letters without marks."""
    return any_of(name, is_bare=True)


def bare_finder(name: str) -> re.Pattern[str]:
    """Finds the words of a list, standing apart, in small letters without marks."""
    return re.compile(rf"\b{bare_of(name)}\b")


def finder(name: str) -> re.Pattern[str]:
    """Finds the words of a list, standing apart, in whatever case."""
    return re.compile(rf"\b{any_of(name)}\b", re.IGNORECASE)


def clear() -> None:
    """Forget what was read."""
    _lines.cache_clear()
    any_of.cache_clear()
