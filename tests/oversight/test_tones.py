import pytest
from django.contrib import admin

from oversight.admin_pages import RowAdmin

ADMINS = [one for one in admin.site._registry.values() if isinstance(one, RowAdmin) and one.tones]


def test_there_are_such_admins():
    assert len(ADMINS) >= 3


@pytest.mark.parametrize("row_admin", ADMINS, ids=lambda one: one.opts.label)
def test_every_state_of_a_row_has_a_tone(row_admin: RowAdmin):
    assert set(row_admin.tones) == set(row_admin.model.State.values)
