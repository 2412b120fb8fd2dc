"""Questions that residents type when they look for a procedure, with the right answers.

A line of `first.jsonl` or `second.jsonl` is a question (`text`) with the procedures that answer it
(`want`, by slug: not every procedure has a national code). Several stand there where two things are
asked and both are wanted, or, with `either`, where the words leave open which one is meant and any
will do. A line of `not_questions.jsonl` is what also arrives in the same chat and must not be
answered with a procedure: a tip (`is` says `tip`), often one that speaks of papers, or mere
courtesy (`greeting`).

The sets were written from the library alone, in the way people type on a phone: without accents,
shortened, mistyped, in words of the south. `first` asks for every procedure there is and was
written before there was a list of synonyms; `second` asks for each about as often as its writer
guessed that people do, and was written later, without a look at that list, at any search or, but
for five lines read for their form, at `first`. `not_questions_second` was written once the rules of
the chat had been mended after a look at `not_questions`, by one who saw neither. `short_messages`
holds 60 courtesies and 60 short tips, written before the form of courtesies was known. Every plate,
number and event in them is made up. Once a search has been mended after a look at a set, the set no
longer measures it, and a new one is due.
"""

import json
from dataclasses import dataclass
from pathlib import Path

SHORT = "short_messages"  # asked whether it is courtesy, not what the library has to say to it
SETS = ("first", "second", "not_questions", "not_questions_second")


@dataclass(frozen=True)
class Case:
    """A message; `wanted` is empty for what is no question, and `kind` then says what it is."""

    text: str
    wanted: frozenset[str] = frozenset()
    either: bool = False
    kind: str = "question"


def cases(name: str) -> list[Case]:
    """The lines of a set."""
    path = Path(__file__).with_name(f"{name}.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Case(
            row["text"],
            frozenset(row.get("want", ())),
            either=row.get("either", False),
            kind=row.get("is", "question"),
        )
        for row in rows
    ]
