"""The way through the pages of a list."""

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory


def links(asked: str, *, number: int, rows: int = 25) -> str:
    page = Paginator(range(rows), 10).get_page(number)
    request = RequestFactory().get(f"/admin/{asked}")
    return render_to_string("accounts/pager.html", {"page": page}, request)


def test_pager_keeps_what_else_was_asked():
    shown = links("?q=l%C3%AA&trang=2&to=7", number=2)

    assert 'href="?q=l%C3%AA&amp;trang=1&amp;to=7">Trang trước' in shown
    assert 'href="?q=l%C3%AA&amp;trang=3&amp;to=7">Trang sau' in shown
    assert "Trang 2/3" in shown


@pytest.mark.parametrize(("number", "left"), [(1, "Trang trước"), (3, "Trang sau")])
def test_pager_ends_where_the_list_ends(number, left):
    assert left not in links("", number=number)


def test_list_of_one_page_has_no_pager():
    assert links("", number=1, rows=10).strip() == ""
