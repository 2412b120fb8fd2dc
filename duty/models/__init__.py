"""The models of the app, for Django and for other apps."""

from duty.neighbours.models import Neighbour
from duty.occasions.models import KindChange, Occasion, OccasionEvent, Sight
from duty.roster.models import (
    Absence,
    DutySettings,
    Feed,
    HandOver,
    Seat,
    Shift,
    ShiftPattern,
    Swap,
)
from duty.ways.models import Device, Notice, OwnWays
from duty.ways.sms.models import OwnPhone
from duty.ways.zalo.models import DutyGroupCheck, OwnZalo, OwnZaloCode

__all__ = [
    "Absence", "Device", "DutyGroupCheck", "DutySettings", "Feed", "HandOver", "KindChange",
    "Neighbour", "Notice", "Occasion", "OccasionEvent", "OwnPhone", "OwnWays", "OwnZalo",
    "OwnZaloCode", "Seat", "Shift", "ShiftPattern", "Sight", "Swap",
]  # fmt: skip
