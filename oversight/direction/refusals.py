"""Why an act is refused, in a sentence; and what may not be written down here at all."""

from collections.abc import Mapping
from typing import Any

from accounts.services import NotAllowed
from broadcasts.services.gate import Level, check_name, find


def blocked(words: str) -> list[str]:
    """Secrecy marks, numbers and names of residents in these words, each as a sentence."""
    hits = find(words) if words.strip() else []
    return list(dict.fromkeys(hit.sentence for hit in hits if hit.level == Level.BLOCK))


def blocked_fields(row: Any, names: tuple[str, ...]) -> dict[str, list[str]]:
    """The same for the fields of a row, and for the name of its file."""
    found = {name: said for name in names if (said := blocked(str(getattr(row, name))))}
    if getattr(row, "file", None):
        name = (row.file.name or "").rpartition("/")[2]
        if hits := check_name(name):
            found["file"] = [hit.sentence for hit in hits if hit.level == Level.BLOCK]
    return {name: said for name, said in found.items() if said}


def require_clean(*texts: str) -> None:
    """Raises NotAllowed for words that may not stand here."""
    if said := [sentence for text in texts for sentence in blocked(text)]:
        raise NotAllowed(" ".join(dict.fromkeys(said)))


def require_move(
    row: Any, to: str, *, words: Mapping[Any, str], transitions: Mapping[str, frozenset[str]]
) -> None:
    """Raises NotAllowed unless the state of a row leads there; `words` say why not."""
    if to not in transitions[row.state]:
        said = f"{row.get_state_display()} nên không làm được việc này."
        raise NotAllowed(words.get(row.state, said))
