"""What speaks for and against a decision, and how the trail names the paper of it."""

import re
from datetime import date

from oversight.models import Commendation

# A number of a paper, in which no name fits.
NUMBER = re.compile(r"\d{1,5}[0-9A-ZĐ/.-]{0,20}")


def in_trail(number: str, on: date | None, said: str = "") -> str:
    """Number, day and result of a paper; free words around the number stay out of the trail."""
    found = NUMBER.search(number)
    day = f"ngày {on:%d/%m/%Y}" if on else ""
    return ", ".join(filter(None, (found[0] if found else "", day, said)))


def majority(commendation: Commendation) -> str:
    """The votes in words, with nothing that decides."""
    if commendation.votes_for is None:
        return ""
    half = "quá nửa" if _is_majority(commendation) else "chưa quá nửa"
    return f"{commendation.votes_for}/{_votes(commendation)} đồng ý, {half} số phiếu"


def _votes(commendation: Commendation) -> int:
    said = (commendation.votes_for, commendation.votes_against, commendation.votes_other)
    return sum(votes or 0 for votes in said)


def _is_majority(commendation: Commendation) -> bool:
    return (commendation.votes_for or 0) * 2 > _votes(commendation)


def doubts(commendation: Commendation) -> list[str]:
    """What speaks against a decision, in words: a person says that it stands all the same."""
    refused = commendation.conditions.filter(answer="no").values_list("position", flat=True)
    found = [f"điều kiện {', '.join(map(str, refused))} trả lời “Không”"] if refused else []
    return found if _is_majority(commendation) else [*found, "phiếu đồng ý chưa quá nửa"]
