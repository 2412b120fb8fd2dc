"""The pages that figures are read on, each for those who answer for what it tells."""

from typing import Any

from django.urls import URLPattern

from accounts.admin_pages import own_pages
from oversight.dashboards import city, duty, every_figure, hamlet, party, police
from oversight.dashboards.asking import asked_period
from oversight.dashboards.doors import VIEW
from oversight.dashboards.every_figure import QUESTIONS
from oversight.dashboards.shell import FILE


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin site, which no table owns; each page asks its own door."""
    pages: dict[str, tuple[Any, ...]] = {
        "so-lieu/": (every_figure.page, "figures", VIEW),
        "so-lieu/toan-xa/": (party.view, "party"),
        "so-lieu/cong-an/": (police.view, "police"),
        "so-lieu/ap/": (hamlet.hamlets, "hamlets"),
        "so-lieu/ap/<int:pk>/": (hamlet.view, "hamlet"),
        "so-lieu/truc-ban/": (duty.view, "duty"),
        "thanh-pho/": (city.page, "city"),
        "thanh-pho/tep/": (city.take, "city_file"),
    }
    files = {
        "so-lieu/toan-xa/": (party.take, "party_workbook"),
        "so-lieu/cong-an/": (police.take, "police_workbook"),
        "so-lieu/ap/": (hamlet.take_several, "hamlets_workbook"),
        "so-lieu/ap/<int:pk>/": (hamlet.take, "hamlet_workbook"),
        "so-lieu/truc-ban/": (duty.take, "duty_workbook"),
    }
    pages |= {f"{route}{FILE}": page for route, page in files.items()}
    return own_pages(site, "oversight", pages)


__all__ = ["QUESTIONS", "VIEW", "asked_period", "urls"]
