"""Addresses of the pages of figures."""

from typing import Any

from django.urls import URLPattern

from accounts.scoped_admin.pages import own_pages
from oversight.dashboards import city, commune, coverage_months, duty, hamlet, one_page
from oversight.dashboards.base_view import FILE
from oversight.dashboards.pages import VIEW


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin site; each page checks its own permission."""
    pages: dict[str, tuple[Any, ...]] = {
        "so-lieu/": (commune.figures_page, "figures", VIEW),
        "so-lieu/mot-trang/": (one_page.view, "one_page"),
        "so-lieu/toan-xa/": (commune.party_page, "party"),
        "so-lieu/cong-an/": (commune.police_page, "police"),
        "so-lieu/ap/": (hamlet.hamlets, "hamlets"),
        "so-lieu/ap/<int:pk>/": (hamlet.view, "hamlet"),
        "so-lieu/ap/<int:pk>/do-phu/": (coverage_months.hamlet_view, "hamlet_coverage"),
        "so-lieu/do-phu/": (coverage_months.view, "coverage_months"),
        "so-lieu/truc-ban/": (duty.view, "duty"),
        "thanh-pho/": (city.page, "city"),
        "thanh-pho/tep/": (city.download, "city_file"),
    }
    files = {
        "so-lieu/toan-xa/": (commune.party_workbook, "party_workbook"),
        "so-lieu/cong-an/": (commune.police_workbook, "police_workbook"),
        "so-lieu/ap/": (hamlet.download_several, "hamlets_workbook"),
        "so-lieu/ap/<int:pk>/": (hamlet.download, "hamlet_workbook"),
        "so-lieu/do-phu/": (coverage_months.download, "coverage_months_workbook"),
        "so-lieu/ap/<int:pk>/do-phu/": (
            coverage_months.hamlet_download,
            "hamlet_coverage_workbook",
        ),
        "so-lieu/truc-ban/": (duty.download, "duty_workbook"),
    }
    pages |= {f"{route}{FILE}": page for route, page in files.items()}
    return own_pages(site, "oversight", pages)
