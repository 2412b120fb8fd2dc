"""Names of families that no list holds: told by their middle name, syllables and surroundings."""

import re
from itertools import pairwise

from content_rules.engine.lexicon import UNMARKED, bare_of, word_set
from content_rules.names.lexicon import GIVEN, NO_NAMES

# One syllable of Vietnamese without its marks.
SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?[aeiouy]{1,3}"
    r"(?:ng|nh|ch|[cmnpt])?"
)
_MIDDLE = frozenset(("văn", "thị"))
# Middle names that hardly any other name or heading has.
_OTHER_MIDDLE = frozenset(("đình", "hữu", "bá", "trọng", "viết", "sỹ", "duy"))
_NO_FAMILY = word_set("rare_not_families")
# Of these some are families too, where a person is called by them: anh Đường Minh Trí.
_ALSO_FAMILIES = frozenset(("đường", "mẫu", "lễ", "công", "giáo", "án", "sử"))
_NO_MEMBER = word_set("rare_not_members")
# With these begin names of places.
_OF_PLACES = word_set("rare_place_starts")
_NO_PAIRS = NO_NAMES | {"việt nam", "chủ nghĩa", "mạnh thường", "thị xã", "văn hoá"}
STRONG_CUE = re.compile(rf"\b{bare_of('strong_name_cues')}\W{{1,3}}$")
WEAK_CUE = re.compile(rf"\b{bare_of('weak_name_cues')}\W{{1,3}}$")
_FEWEST = 3


def is_of_any_family(small: tuple[str, ...] | list[str], *, is_shouted: bool, cue: str) -> bool:
    """Whether these syllables in small letters are a name; `cue` is `strong`, `weak` or blank."""
    parts = [word.rstrip(".") for word in small]
    if len(parts) < _FEWEST or any(f"{one} {two}" in _NO_PAIRS for one, two in pairwise(parts)):
        return False
    is_sure = parts[1] in _MIDDLE | _OTHER_MIDDLE and cue == "strong"
    is_sure = is_sure or (parts[1] in _MIDDLE and GIVEN.issuperset(parts[1:]))
    is_sure = is_sure or (
        cue == "strong" and parts[0] in _ALSO_FAMILIES and GIVEN.issuperset(parts[1:])
    )
    if (parts[0] in _NO_FAMILY and not is_sure) or _NO_MEMBER.intersection(parts):
        return False
    if not all(SYLLABLE.fullmatch(part.translate(UNMARKED)) for part in parts):
        return False
    given = [part in GIVEN for part in parts[1:]]
    if parts[1] in _MIDDLE:
        return not is_shouted or is_sure or all(given)
    if is_shouted:
        return bool(cue == "strong" and all(given) and parts[0] not in _OF_PLACES)
    if cue == "strong":
        return parts[0] not in _OF_PLACES or all(given)
    if parts[0] in _OF_PLACES:
        return False
    if parts[1] in _OTHER_MIDDLE or cue == "weak":
        return given[-1] or parts[1] in _OTHER_MIDDLE
    return False
