"""The steps of a commendation up to the vote, as people take them."""

from datetime import date
from typing import Any

from oversight.commendations import services as commendations
from oversight.models import Commendation

DAY = date(2026, 11, 16)


def all_yes(one: Commendation, by: Any) -> Commendation:
    answers = dict.fromkeys(one.conditions.values_list("position", flat=True), "yes")
    return commendations.answer(one, answers, by=by)


def voted(one: Commendation, by: Any) -> Commendation:
    all_yes(one, by)
    return commendations.vote(one, by=by, council="Hội đồng xã", on=DAY, votes=(5, 2, 1))
