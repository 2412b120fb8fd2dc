"""Tags of the lists of the admin: what stands above, the rows, the pages."""

from typing import Any

from django import template
from django.contrib.admin.views.main import ALL_VAR, PAGE_VAR

from accounts.scoped_admin import list_head as heads
from accounts.scoped_admin import list_rows as drawn
from accounts.scoped_admin.capped import COUNT_CAP

register = template.Library()


@register.simple_tag(takes_context=True)
def list_head(context: Any, changelist: Any) -> heads.ListHead:
    return heads.head_of(changelist, context["request"].user)


@register.simple_tag
def list_headers(changelist: Any) -> list[dict[str, Any]]:
    return drawn.headers(changelist)


@register.inclusion_tag("admin/list_rows.html", takes_context=True)
def list_rows(context: Any, changelist: Any) -> dict[str, Any]:
    return {
        "cl": changelist,
        "headers": drawn.headers(changelist),
        "rows": drawn.rows(changelist) if changelist.result_list else [],
        "is_popup": changelist.is_popup,
        "has_add_permission": changelist.model_admin.has_add_permission(context["request"]),
    }


@register.inclusion_tag("admin/list_pages.html")
def list_pages(changelist: Any) -> dict[str, Any]:
    """The number of rows in words, the page before and after, any other by its number."""
    last, current = changelist.paginator.num_pages, changelist.page_num
    is_cut = changelist.multi_page and not (changelist.show_all and changelist.can_show_all)

    def address(number: int) -> str:
        return str(changelist.get_query_string({PAGE_VAR: number}))

    can_show_all = is_cut and changelist.can_show_all
    return {
        "cl": changelist,
        "is_cut": is_cut,
        "is_estimate": changelist.result_count >= COUNT_CAP,
        "last": last,
        "before": address(current - 1) if is_cut and current > 1 else "",
        "after": address(current + 1) if is_cut and current < last else "",
        "whole": changelist.get_query_string({ALL_VAR: ""}) if can_show_all else "",
        "carried": [
            (name, value)
            for name, values in changelist.filter_params.items()
            for value in values
            if name != PAGE_VAR
        ],
    }
