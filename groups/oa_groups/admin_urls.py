"""Pages of a group at Zalo, made for a phone: how it stands, how it is made, set and looked after.

Whoever may see a group sees its link and its code; all else needs `groups.run_oa_group`.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern

from accounts.scoped_admin.pages import own_pages
from groups.oa_groups import admin as oa_groups_admin
from groups.oa_groups import creation_pages
from groups.oa_groups import pages as oa_groups_pages
from groups.zalo_groups.models import ZaloGroup

VIEW, RUN = "groups.view_zalogroup", "groups.run_oa_group"
CHANGE = "groups.change_zalogroup"


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of groups."""
    pages = {
        "<int:pk>/tren-zalo/": (oa_groups_pages.at_zalo, "at_zalo", VIEW),
        "<int:pk>/to-qr/": (oa_groups_pages.poster, "poster", VIEW),
        "<int:pk>/hoi-zalo/": (oa_groups_pages.look, "look", VIEW, RUN),
        "<int:pk>/cong-khai-lien-ket/": (oa_groups_pages.publish, "publish", CHANGE),
        "<int:pk>/tao-tren-zalo/": (creation_pages.make, "make", VIEW, RUN),
        "<int:pk>/tim-tren-zalo/": (creation_pages.find, "find", VIEW, RUN),
        "<int:pk>/cai-dat-zalo/": (creation_pages.switches, "switches", VIEW, RUN),
        "<int:pk>/cai-dat-an-toan/": (creation_pages.safe, "safe", VIEW, RUN),
        "<int:pk>/goi-nhom/": (creation_pages.place, "place", VIEW, RUN),
        "<int:pk>/thanh-vien-zalo/": (oa_groups_pages.roster, "roster", VIEW, RUN),
        "<int:pk>/cho-duyet/": (oa_groups_pages.pending, "pending", VIEW, RUN),
        "<int:pk>/pho-nhom/": (oa_groups_pages.deputies, "deputies", VIEW, RUN),
        "<int:pk>/moi-vao-nhom/": (oa_groups_pages.invite, "invite", VIEW, RUN),
        "<int:pk>/diem-khac/": (oa_groups_admin.decide_here, "decide", VIEW, RUN),
    }
    return own_pages(site, "groups_zalogroup", pages, row="group", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return (
        ZaloGroup.objects.visible_to(request.user)
        .filter(kind=ZaloGroup.Kind.OA)
        .select_related("hamlet__commune", "commune", "team", "owner", "at_zalo__asset")
    )
