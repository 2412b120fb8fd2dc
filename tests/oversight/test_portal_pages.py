"""Pages as evidence: of the portal alone, and on no path the page of a tip."""

import pytest

from accounts.services import NotAllowed
from oversight.input_checks import page_of


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        (" /admin/groups/zalogroup/ ", "/admin/groups/zalogroup/"),
        ("https://cong.example.vn/admin/groups/meeting/4/change/?x=1#a",
         "/admin/groups/meeting/4/change/"),
        ("/admin/login/?next=/admin/reports/tipreport/7/xem/", "/admin/login/"),
        ("/admin/reportsofothers/1", "/admin/reportsofothers/1"),
    ],
)  # fmt: skip
def test_an_address_is_cut_down_to_its_page(said, kept):
    assert page_of(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "https://example.com/x", "/admin/", "/phan-anh/", "/admin/" + "a" * 200,
        "/admin/reports/tipreport/7/xem/", "/admin/reports", "/admin/Reports/tipreport/7/",
        "/admin//reports/tipreport/7/", "/admin/./reports/tipreport/7/",
        "/admin/groups/../reports/tipreport/7/", "/admin/%72eports/tipreport/7/",
        "/admin/groups//1/", "/admin/groups/\\..\\reports/", "//admin/reports/tipreport/7/",
        "/admin/groups/1/\n/admin/reports/tipreport/7/", "/admin/groups/1 /reports/",
    ],
)  # fmt: skip
def test_no_other_address_is_taken_in(said):
    with pytest.raises(NotAllowed, match="không phải trang của phản ánh"):
        page_of(said)
