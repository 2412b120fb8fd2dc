"""The pages that figures are read on, each for those who answer for what it tells."""

from typing import Any

from django.urls import URLPattern

from accounts.own_pages import own_pages
from oversight.dashboards import every_figure
from oversight.dashboards.asking import asked_period
from oversight.dashboards.every_figure import QUESTIONS, VIEW


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin site, which no table owns."""
    return own_pages(site, "oversight", {"so-lieu/": (every_figure.page, "figures")}, VIEW)


__all__ = ["QUESTIONS", "VIEW", "asked_period", "urls"]
