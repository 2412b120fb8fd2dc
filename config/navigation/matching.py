"""How well a line answers what was typed, for lines that are few and short.

A word that few lines hold weighs more than one of many, two words that stand together more than
the same two apart. Marks count where they are typed: `mất` is not `mặt`, `mat` is both.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Final

from vietnamese.text import clean, fold

_WORDS: Final = re.compile(r"\w+")
# `ký` and `kí`, `lý` and `lí`: one word in two spellings, written here with an i.
_WITH_Y: Final = re.compile(r"[hklmst][yýỳỷỹỵ]")
_I_OF_Y: Final = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
# Words of a question that say little of its matter.
FILLERS: Final = frozenset(
    _WORDS.findall(
        "tôi mình của cho các những là ở và với bị được đã đang rồi có không ai nào gì sao đâu để "
        "thì mà cách muốn cần phải hãy xin này đó ấy từ theo ra vào lên xuống lại nữa hết khi nếu "
        "thế như một mấy bao nhiêu làm đi"
    )
)
_FOLDED_FILLERS: Final = frozenset(map(fold, FILLERS))
_FILLER: Final = 0.3
# How much a word counts that is typed with other marks, and one that is not typed to its end.
_OTHER_MARKS, _BEGINNING = 0.3, 0.6
_IN_NAME: Final = 0.25
_PAIR: Final = 0.5
SHORTEST_BEGINNING: Final = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written, and without marks; `ký` and `kí` are one."""

    marked: str
    folded: str


def words_of(text: str) -> list[Word]:
    found = _WORDS.findall(clean(text).lower())
    one_way = [one.translate(_I_OF_Y) if _WITH_Y.fullmatch(one) else one for one in found]
    return [Word(one, fold(one)) for one in one_way]


class Line:
    """The words by which a line is found; those of its name count more."""

    def __init__(self, name: str, *others: str) -> None:
        texts = [words_of(text) for text in (name, *others)]
        self.named = {word.folded for word in texts[0]}
        self.folded = {word.folded for text in texts for word in text}
        self.marked = {word.marked for text in texts for word in text}
        self.pairs = {(a.folded, b.folded) for text in texts for a, b in pairwise(text)}

    def quality(self, word: Word, *, is_last: bool) -> float:
        """From 0 (does not hold this word) to 1."""
        if word.marked in self.marked:
            return 1
        if word.folded in self.folded:
            return 1 if word.marked == word.folded else _OTHER_MARKS
        begins = is_last and len(word.folded) >= SHORTEST_BEGINNING
        if begins and any(one.startswith(word.folded) for one in self.folded):
            return _BEGINNING
        return 0


@dataclass(frozen=True, slots=True)
class Match:
    """`share` of the weight of what was typed that the line holds; `rank` orders lines."""

    share: float
    rank: float
    is_whole: bool


class Lines:
    """Weights of words among all lines."""

    def __init__(self, lines: Iterable[Line]) -> None:
        every = list(lines)
        self.number = len(every)
        self.held = Counter(word for line in every for word in line.folded)

    def weight(self, word: Word) -> float:
        is_bare = word.marked == word.folded
        if word.marked in FILLERS or (is_bare and word.folded in _FOLDED_FILLERS):
            return _FILLER
        number = self.held[word.folded]
        return log(1 + self.number / number) if number else log(1 + self.number)

    def match(self, typed: Sequence[Word], line: Line) -> Match:
        weights = [self.weight(word) for word in typed]
        last = len(typed) - 1
        qualities = [line.quality(word, is_last=at == last) for at, word in enumerate(typed)]
        held = [weight * quality for weight, quality in zip(weights, qualities, strict=True)]
        named = sum(one for one, word in zip(held, typed, strict=True) if word.folded in line.named)
        paired = sum(
            held[at] + held[at + 1]
            for at, (one, other) in enumerate(pairwise(typed))
            if (one.folded, other.folded) in line.pairs
        )
        total = sum(weights) or 1
        return Match(
            share=sum(held) / total,
            rank=(sum(held) + _IN_NAME * named + _PAIR * paired) / total,
            is_whole=all(quality > _OTHER_MARKS for quality in qualities),
        )
