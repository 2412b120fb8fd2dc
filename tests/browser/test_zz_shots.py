import re
import pytest
from django.urls import reverse
from tests.browser.test_tip_drafts import record, saved, WORDS
from tests.browser.tabs import PHONE, DESK
from groups.models import HamletAssignment
from tests.factories.tips import make_worked
pytestmark = pytest.mark.timeout(900)
def test_shots(open_as, scene):
    hamlet = HamletAssignment.objects.filter(officer__user=scene.officer).get().hamlet
    tip = make_worked(scene.officer, hamlet=hamlet)
    address = reverse("admin:reports_tipreport_summary", args=[tip.pk])
    for size, name in ((PHONE, "390"), (DESK, "1366")):
        page = open_as(scene.officer, size=size, own=True)
        record(page); saved(page)
        page.goto(reverse("admin:reports_tipreport_record"))
        page.get_by_text(re.compile("Bản đang ghi lúc")).wait_for()
        page.screenshot(path=f"/tmp/tipdraft-record-offer-{name}.png")
        page.get_by_role("button", name="Ghi tiếp").click()
        page.get_by_text("phải ghi lại").wait_for()
        page.screenshot(path=f"/tmp/tipdraft-record-back-{name}.png", full_page=True)
        page.goto(address); page.locator("#id_summary").fill(WORDS); saved(page)
        page.goto(address); page.get_by_text(re.compile("Bản đang ghi lúc")).wait_for()
        page.screenshot(path=f"/tmp/tipdraft-summary-{name}.png", full_page=True)
        page.goto(reverse("admin:reports_tipreport_show", args=[tip.pk]))
        from reports.models import TipDraft
        TipDraft.objects.all().delete()
