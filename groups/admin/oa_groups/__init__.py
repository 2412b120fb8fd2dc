"""Pages of a group at Zalo, made for a phone: how it stands, how it is made, set and looked after.

Whoever may see a group sees its link and its code; all else needs `groups.run_oa_group`.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern

from accounts.admin_pages import own_pages
from groups.admin.oa_groups import comparisons, making, people, settings, show
from groups.models import ZaloGroup

VIEW, RUN = "groups.view_zalogroup", "groups.run_oa_group"


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of groups."""
    pages = {
        "<int:pk>/tren-zalo/": (show.at_zalo, "at_zalo", VIEW),
        "<int:pk>/to-qr/": (show.poster, "poster", VIEW),
        "<int:pk>/hoi-zalo/": (show.look, "look", VIEW, RUN),
        "<int:pk>/cong-khai-lien-ket/": (show.publish, "publish", "groups.change_zalogroup"),
        "<int:pk>/tao-tren-zalo/": (making.make, "make", VIEW, RUN),
        "<int:pk>/tim-tren-zalo/": (making.find, "find", VIEW, RUN),
        "<int:pk>/cai-dat-zalo/": (settings.switches, "switches", VIEW, RUN),
        "<int:pk>/cai-dat-an-toan/": (settings.safe, "safe", VIEW, RUN),
        "<int:pk>/goi-nhom/": (settings.place, "place", VIEW, RUN),
        "<int:pk>/thanh-vien-zalo/": (people.roster, "roster", VIEW, RUN),
        "<int:pk>/cho-duyet/": (people.pending, "pending", VIEW, RUN),
        "<int:pk>/pho-nhom/": (people.deputies, "deputies", VIEW, RUN),
        "<int:pk>/moi-vao-nhom/": (people.invite, "invite", VIEW, RUN),
        "<int:pk>/diem-khac/": (comparisons.decide_here, "decide", VIEW, RUN),
    }
    return own_pages(site, "groups_zalogroup", pages, row="group", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return (
        ZaloGroup.objects.visible_to(request.user)
        .filter(kind=ZaloGroup.Kind.OA)
        .select_related("hamlet__commune", "commune", "team", "owner", "at_zalo__asset")
    )
