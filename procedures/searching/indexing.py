"""Build the phrases of the search from names, codes, answers, documents and synonyms.

A phrase of many words says more than the same words apart, one that few procedures share more than
one that many do. The stored values hold that already, so a question only adds up.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import connection, transaction

from procedures import models
from procedures.editions.content import GetModel
from procedures.searching.words import PLAIN, key_of, size_of, words_of

LONGEST_PHRASE: Final = 6  # words
_LONGEST_KEY: Final = 100  # letters
# Weights beside those of synonyms, which go from 1 to 10.
_NAME: Final = 9
_CODE: Final = 10
_FORM_CODE: Final = 3
_IN_NAME: Final = {1: 2.0, 2: 4.0, 3: 5.0, 4: 6.0}
_IN_TEXT: Final = {1: 0.5, 2: 1.0}
# From here on a phrase is meant for a procedure, and not only met in its texts.
_SPECIFIC: Final = 2.0
# What each word of a phrase of so many words counts.
_BY_LENGTH: Final = (0.0, 1.0, 1.5, 1.9, 2.2, 2.4, 2.5)
# Slips are looked for in phrases of so many letters.
SLIP_FROM: Final = 5
SLIP_TO: Final = 30
_BATCH: Final = 2000
_TERM: Final = ("key", "procedure_id", "value")

type Target = int | None  # the number of a procedure; none: other offices do that
type Weights = dict[str, tuple[float, int]]  # phrase → weight, words

# Every phrase with each of its letters left out, and whole.
_SLIPS: Final = """
INSERT INTO procedures_searchform (form, key)
SELECT DISTINCT left(key, letter - 1) || substr(key, letter + 1), key
FROM unnest(%s::text[]) AS key, generate_series(1, length(key) + 1) AS letter
"""


def refresh(get_model: GetModel = lambda name: getattr(models, name)) -> None:
    """Rebuild the phrases; call after procedures, synonyms or published editions changed.

    Only what differs is written.
    """
    table = get_model("SearchTerm")
    with transaction.atomic():
        with connection.cursor() as cursor:  # one at a time; who searches waits for nobody
            cursor.execute("LOCK TABLE procedures_searchterm IN SHARE ROW EXCLUSIVE MODE")
        maker = _Maker(get_model)
        wanted = set(maker)
        known = {row[1:]: row[0] for row in table.objects.values_list("pk", *_TERM)}
        table.objects.filter(pk__in=[known[row] for row in known.keys() - wanted]).delete()
        table.objects.bulk_create(
            [table(**dict(zip(_TERM, row, strict=True))) for row in wanted - known.keys()],
            batch_size=_BATCH,
        )
        _keep_slips(get_model("SearchForm"), maker.may_slip)


def _keep_slips(table: Any, wanted: set[str]) -> None:
    known = set(table.objects.values_list("key", flat=True).distinct())
    table.objects.filter(key__in=known - wanted).delete()
    with connection.cursor() as cursor:
        cursor.execute(_SLIPS, [sorted(wanted - known)])


class _Maker:
    """The phrases of the library with their worth, each once for a procedure."""

    def __init__(self, get_model: GetModel) -> None:
        self.get_model = get_model
        self.weights: dict[Target, Weights] = defaultdict(dict)
        self.may_slip: set[str] = set()
        self.known_words: set[str] = set()
        procedures = get_model("Procedure").objects.filter(is_active=True)
        self.procedures = list(procedures.select_related("area"))
        for procedure in self.procedures:
            words = words_of(procedure.name)
            self._add_phrase(procedure.pk, words, _NAME)
            self._add_parts(procedure.pk, words, _IN_NAME, may_slip=True)
            for code in (procedure.code, procedure.matt_id):
                self._add_phrase(procedure.pk, words_of(code), _CODE, may_slip=False)
        self._add_synonyms()
        self._add_texts()

    def __iter__(self) -> Iterator[tuple[str, Target, float]]:
        shared, specific = self._sharing(0), self._sharing(_SPECIFIC)
        most = math.log(len(self.procedures) + 2)
        for target, phrases in self.weights.items():
            for key, (weight, size) in phrases.items():
                told_apart = 1 - math.log((specific if weight >= _SPECIFIC else shared)[key]) / most
                yield key, target, round(weight / 10 * told_apart * _BY_LENGTH[size], 4)
        for word in self.known_words - self.weights[None].keys():
            yield word, None, 0.0

    def _sharing(self, least: float) -> dict[str, int]:
        """Number of procedures by phrase, counting this weight or more."""
        return Counter(
            key
            for phrases in self.weights.values()
            for key, (weight, _size) in phrases.items()
            if weight >= least
        )

    def _add_synonyms(self) -> None:
        by_area = defaultdict(list)
        for procedure in self.procedures:
            by_area[procedure.area_id].append(procedure.pk)
        known = {procedure.pk for procedure in self.procedures}
        for row in self.get_model("Synonym").objects.filter(is_active=True):
            words = words_of(row.term)
            targets: Iterable[Target] = [row.procedure_id]
            if row.area_id is not None:
                targets = by_area[row.area_id]
            for target in targets:
                if target is None or target in known:
                    self._add_phrase(target, words, row.weight)

    def _add_texts(self) -> None:
        for edition in self._editions_at_hand():
            texts = [edition.who, edition.short_answer]
            texts += [item.name for item in edition.dossier.all()]
            for text in texts:
                self._add_parts(edition.procedure_id, words_of(text), _IN_TEXT, may_slip=False)
            for form in edition.forms:
                self._add_phrase(edition.procedure_id, words_of(form), _FORM_CODE, may_slip=False)

    def _editions_at_hand(self) -> list[Any]:
        """Of each procedure the edition in use, otherwise the newest that is not replaced."""
        editions = self.get_model("Edition").objects.exclude(status="superseded")
        at_hand: dict[int, Any] = {}
        for edition in editions.prefetch_related("dossier").order_by("number"):
            former = at_hand.get(edition.procedure_id)
            if former is None or former.status != "published":
                at_hand[edition.procedure_id] = edition
        known = {procedure.pk for procedure in self.procedures}
        return [edition for pk, edition in at_hand.items() if pk in known]

    def _add_parts(
        self, target: Target, words: list[str], weights: dict[int, float], *, may_slip: bool
    ) -> None:
        for size, weight in weights.items():
            for start in range(len(words) - size + 1):
                part = words[start : start + size]
                if part[0] not in PLAIN or part[-1] not in PLAIN:
                    self._add_phrase(target, part, weight, may_slip=may_slip)

    def _add_phrase(
        self, target: Target, words: list[str], weight: float, *, may_slip: bool = True
    ) -> None:
        self.known_words.update(words)
        key = key_of(words)
        if not 1 < len(key) <= _LONGEST_KEY or (len(words) == 1 and key in PLAIN):
            return
        size = min(size_of(words), LONGEST_PHRASE)
        former = self.weights[target].get(key, (0.0, 0))
        self.weights[target][key] = max(former, (weight, size))
        if may_slip and SLIP_FROM <= len(key) <= SLIP_TO:
            self.may_slip.add(key)
