"""Demo: the ends of the last 24 months."""

from django.utils import timezone

from accounts import demo
from accounts.demo import DemoPart, Place
from groups.demo.past import make_past
from oversight.figures.month_ends.keeping import back_fill


def register_part() -> None:
    """Before the directions and the summaries, which count."""
    demo.register(
        "coverage_past",
        DemoPart(make, "Độ phủ 24 tháng có lên có xuống: mục Số liệu, Độ phủ theo tháng."),
    )


def make(place: Place) -> None:
    """Date what the commune has, then keep the ends of the months."""
    make_past(place.commune, timezone.localdate(place.now))
    back_fill(place.commune, place.now)
