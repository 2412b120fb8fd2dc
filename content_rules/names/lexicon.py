"""Words of which Vietnamese names are made, and what tells them from other words."""

from content_rules.engine.lexicon import UNMARKED, word_set
from vietnamese.text import LETTERS_MARKED

# Capitals of Vietnamese, for expressions.
UPPER = f"[A-Z{''.join(filter(str.isupper, LETTERS_MARKED))}]"


def _bare(marked: frozenset[str]) -> frozenset[str]:
    return frozenset(word.translate(UNMARKED) for word in marked)


# Families that are hardly ever another word where they begin with a capital.
STRONG = word_set("families")
OTHERS = word_set("families_doubtful")
BARE_STRONG = _bare(STRONG)
BARE_FAMILIES = BARE_STRONG | _bare(OTHERS)
SURE_BARE = word_set("families_sure_without_marks")
# Middle and given names; of unusual ones a name may do without.
GIVEN = word_set("given_names")
BARE_GIVEN = _bare(GIVEN)
# Words that end a name in a line of capitals or of small letters.
ENDS = word_set("name_ends")
# Pairs that begin as a name does and are another word or a place.
NO_NAMES = word_set("not_names")
BARE_NO_NAMES = _bare(NO_NAMES)
# Streets, schools and prizes bear these; nobody is spoken of unless another word says so.
HISTORIC = word_set("historic_names")
BARE_HISTORIC = _bare(HISTORIC)
# Names by the order of birth: chị Hai, chú Út; anh Cả only where any name is expected.
ORDER = frozenset(("hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "út"))
WHOLE_ORDER = ORDER | {"cả"}
