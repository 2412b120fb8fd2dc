"""The admin of the oversight of a commune, one module for each register."""

from oversight.admin import (  # noqa: F401
    checklists,
    commendations,
    directions,
    plans,
    proposals,
    registers,
    reviews,
    steps_of_plans,
    summaries,
)
