"""Addresses of the roster under the admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern

from accounts.scoped_admin.pages import own_pages
from duty.roster.models import ShiftPattern
from duty.shifts import absence_pages, feed_pages, import_pages, roster_pages, shift_pages

VIEW, EDIT, WRITE = "duty.view_roster", "duty.edit_roster", "duty.write_absence"


def _pattern_rows(request: HttpRequest) -> Any:
    return ShiftPattern.objects.visible_to(request.user).select_related("commune")


def urls(site: Any) -> list[URLPattern]:
    """Pages of the roster, of own shifts, of absences and of the own calendar."""
    roster = {
        "lich-truc/": (roster_pages.show, "show"),
        "lich-truc/in/": (roster_pages.printed, "print"),
        "lich-truc/xep/": (roster_pages.add, "add", EDIT),
        "lich-truc/nep/": (roster_pages.pattern, "pattern", EDIT),
        "lich-truc/nep/dat/": (roster_pages.set_pattern, "set_pattern", EDIT),
        "lich-truc/gio-doi-ca/": (roster_pages.set_hours, "set_hours", EDIT),
        "lich-truc/nhap-tep/": (import_pages.upload, "import", EDIT),
        "lich-truc/nhap-tep/ghi/": (import_pages.commit, "import_commit", EDIT),
        "lich-truc/dien-thoai/": (feed_pages.show, "feed"),
        "lich-truc/dien-thoai/lap/": (feed_pages.make, "feed_make"),
        "lich-truc/dien-thoai/bo/": (feed_pages.revoke, "feed_revoke"),
    }
    of_shift = {
        "lich-truc/ca/<int:pk>/doi-nguoi/": (roster_pages.change, "change", EDIT),
        "lich-truc/ca/<int:pk>/bo/": (roster_pages.remove, "remove", EDIT),
    }
    own = {
        "ca-truc/<int:pk>/nhan/": (shift_pages.begin, "begin"),
        "ca-truc/<int:pk>/doi-ca/": (shift_pages.swap, "swap"),
        "ca-truc/<int:pk>/giao/": (shift_pages.give, "give"),
    }
    shifts = shift_pages.shift_rows
    return [
        *own_pages(site, "duty_roster", roster, VIEW),
        *own_pages(site, "duty_roster", of_shift, VIEW, row="shift", rows=shifts),
        *own_pages(
            site, "duty_roster",
            {"lich-truc/nep/<int:pk>/thoi/": (roster_pages.end_pattern, "end_pattern", EDIT)},
            VIEW, row="pattern", rows=_pattern_rows,
        ),
        *own_pages(site, "duty_shift", {"ca-truc/": (shift_pages.mine, "mine")}, VIEW),
        *own_pages(site, "duty_shift", own, VIEW, row="shift", rows=shifts),
        *own_pages(
            site, "duty_shift",
            {"ca-truc/doi-ca/<int:pk>/<str:reply>/": (shift_pages.answer, "answer")},
            VIEW, row="swap", rows=shift_pages.swap_rows,
        ),
        *own_pages(
            site, "duty_shift",
            {
                "ca-truc/ban-giao/<int:pk>/": (shift_pages.handover, "handover"),
                "ca-truc/ban-giao/<int:pk>/nhan/": (shift_pages.confirm, "confirm"),
                "ca-truc/ban-giao/<int:pk>/in/": (shift_pages.handover_print, "handover_print"),
            },
            VIEW, row="handover", rows=shift_pages.handover_rows,
        ),
        *own_pages(site, "duty_absence", {"nghi-uy-quyen/": (absence_pages.show, "show")}, WRITE),
        *own_pages(
            site, "duty_absence", {"nghi-uy-quyen/<int:pk>/thoi/": (absence_pages.end, "end")},
            WRITE, row="absence", rows=absence_pages.absence_rows,
        ),
    ]  # fmt: skip
