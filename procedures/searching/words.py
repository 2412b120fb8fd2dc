"""Words of a question as the search compares them.

The same for questions and for stored phrases: without marks, `y` as `i`, short forms written
out, what was typed with the keyboard switched to another layout repaired, and without the small
words that people wrap a question in.
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Final

from vietnamese.text import fold

MOST_LETTERS: Final = 600
MOST_WORDS: Final = 50

_WORDS: Final = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
# How people shorten words on a phone; short forms that stand for two things are left out.
SHORT_FORMS: Final[dict[str, tuple[str, ...]]] = {
    short: tuple(words.split()) for short, words in _WORDS["short_forms"].items()
}
# Around a question and never about it; taken out, also from between two words of a name.
_AROUND: Final = frozenset(" ".join(_WORDS["polite"]).split())
# Asked about any procedure, so none is found by them: they count inside a longer phrase only.
PLAIN: Final = _AROUND.union(" ".join(_WORDS["anywhere"]).split())

_AGE = re.compile(r"(?<=[0-9])\s?t(?![a-z])")
_BORN = re.compile(r"\b(?:sinh|sn|đẻ|de)(?:\s+(?:năm|nam))?\s*((?:19|20)\d\d)\b", re.IGNORECASE)
# `hông` says no; without its mark it does so at the end, unless something is broken.
_NOT = re.compile(
    r"\bhông\b|(?<!\bbi )(?<!\bbị )\bhong(?=\W*(?:[aạ]|ad|shop|vay|vậy)?\W*$)", re.IGNORECASE
)
_WORD = re.compile(r"[a-z]+|[0-9]+")
_LAST_Y = re.compile(r"^(h|k|kh|l|m|n|nh|ng|s|t|th|tr|v|x)y$")
_ONSET = r"(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
_NUCLEUS = (
    "(?:uye|uya|oai|oay|oeo|uay|uoi|uou|ieu|yeu|uyu|uy|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|"
    "ua|ue|ui|uo|uu|ye|ya|[aeiouy])"
)
_SYLLABLE = re.compile(rf"{_ONSET}{_NUCLEUS}(?:ch|ng|nh|[cmnpt])?")
_TYPED = re.compile(rf"({_ONSET})([aeiouyw]+)[sfrxj]?((?:ch|ng|nh|[cmnpt])?)([aeodwsfrxj]*)")
_DOUBLED = re.compile(r"aa|ee|oo")


def words_of(text: str) -> list[str]:
    """The words of a phrase in their order, at most 50; of rubbish none."""
    plain = _AGE.sub(" tuoi", fold(_NOT.sub(" khong ", text[:MOST_LETTERS]).replace("\x00", " ")))
    return [
        _LAST_Y.sub(r"\1i", part)  # `lý` and `lí` as one
        for word in _WORD.findall(plain)
        for part in SHORT_FORMS.get(word) or (_as_meant(word),)
        if part not in _AROUND
    ][:MOST_WORDS]


def words_of_question(text: str, today: date) -> list[str]:
    """`words_of`, with a year of birth written as an age."""
    return words_of(_BORN.sub(lambda born: f"{today.year - int(born[1])} tuoi ", text))


def key_of(words: list[str] | tuple[str, ...]) -> str:
    """A phrase as it is looked up: without spaces, since people leave them out or put them in."""
    return "".join(words)


def size_of(words: list[str] | tuple[str, ...]) -> int:
    """Number of words that a phrase counts for: one that is no syllable of the language counts as
    two (`karaoke`, `vneid`)."""
    return sum(1 if len(word) < 4 or _SYLLABLE.fullmatch(word) else 2 for word in words)


def _as_meant(word: str) -> str:
    """`ddawng` → `dang`, `matas` → `mat`: marks that were typed as letters and stayed so."""
    if not word.isalpha() or _SYLLABLE.fullmatch(word):
        return word
    plain = "d" + word[2:] if word.startswith("dd") else word
    found = _TYPED.fullmatch(plain)
    if found is None:
        return word
    onset, vowels, coda, after = found.groups()
    bare = _DOUBLED.sub(lambda pair: pair.group()[0], vowels.replace("w", ""))
    made = f"{onset}{bare}{coda}"
    is_marking = set(after) <= {*"wsfrxj", *bare, *onset[:1]}
    return made if is_marking and _SYLLABLE.fullmatch(made) else word
