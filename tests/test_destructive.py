"""Each act that destroys or gives something up asks for a reason, or can be undone.

A new one that does neither fails here; what stands in the tables below says how it is made good.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.scoped_admin.deleting import ReasonedDeletion, delete_selected
from accounts.step_pages.declaration import Step

APPS = ("accounts", "broadcasts", "duty", "groups", "oversight", "procedures", "reports", "zalo")

# Steps of pages.

GIVES_UP = re.compile(
    r"(Hủy|Xóa|Bỏ|Gỡ|Dừng|Rút|Không|Thôi|Từ chối|Trả lại|Khép lại|Đóng|Chưa gửi)\b"
)
# By the label: the step of the same page that undoes it.
UNDONE_BY_STEP = {
    "Dừng gửi": "Gửi tiếp",
    "Đóng phản ánh": "Mở lại",
}
# By the label: what else makes it good.
OTHERWISE = {
    "Gỡ khỏi phản ánh chính": "linked again on the page of tips that are alike",
    "Đây là đơn tố cáo: hướng dẫn và xóa nội dung": "read twice; a row of its own stays",
    "Đây là đơn khiếu nại: hướng dẫn và xóa nội dung": "read twice; a row of its own stays",
    "Liên quan an ninh quốc gia: đã nhận, đã bàn giao": "read twice; a row of its own stays",
    "Trả lại": "the service refuses an empty reason",
    "Khép lại": "the service asks for a reason where nobody has replied",
    "Chưa gửi, gửi lại": "sends anew",
}


def steps() -> Iterator[tuple[str, dict[str, Step]]]:
    """Tables of steps, by the module that declares them."""
    get_resolver().url_patterns  # noqa: B018 -- imports all pages
    for name, module in sorted(sys.modules.items()):
        if not name.startswith(APPS):
            continue
        for table in vars(module).values():
            is_filled = isinstance(table, dict) and bool(table)
            if is_filled and all(isinstance(step, Step) for step in table.values()):
                yield name, table


def label_of(step: Step) -> str:
    return step.label if isinstance(step.label, str) else step.done


def asks_why(step: Step) -> bool:
    fields = getattr(step.form, "base_fields", {})
    return any(type(field) is forms.CharField and field.required for field in fields.values())


def is_destructive(step: Step) -> bool:
    return step.tone == "danger" or bool(GIVES_UP.match(label_of(step)))


def test_each_step_that_gives_something_up_asks_why_or_is_undone():
    found, without = set(), []
    for module, table in steps():
        labels = {label_of(step) for step in table.values()}
        for step in filter(is_destructive, table.values()):
            label = label_of(step)
            found.add(label)
            is_undone = UNDONE_BY_STEP.get(label) in labels
            if not (asks_why(step) or is_undone or (label in OTHERWISE)):
                without.append((module, label))

    assert without == []
    assert found >= {*UNDONE_BY_STEP, *OTHERWISE}, "a table above names a step that is gone"
    assert len(found) > 20


@pytest.mark.parametrize(
    "label", [label for label, why in OTHERWISE.items() if why.startswith("read twice")]
)
def test_steps_that_are_read_twice_open_before_they_act(label):
    found = [step for _name, table in steps() for step in table.values() if step.label == label]

    assert found
    assert all(step.hint for step in found)


# Rows of the admin.


def test_every_row_is_deleted_with_a_reason():
    for model, model_admin in admin.site._registry.items():
        assert type(model_admin).delete_view is ReasonedDeletion.delete_view, model
        assert type(model_admin).log_deletions is ReasonedDeletion.log_deletions, model
    assert admin.site.get_action("delete_selected") is delete_selected


# Pages of our own, by the last part of the name of their address.

ENDINGS = re.compile(
    r"_(remove|removal|drop|discard|undo|off|end|end_pattern|zalo_end|phone_end|revoke|refuse|close"
    r"|close_now|pause|leave|erase|withdraw_consent|unlink_zalo|supersede|set_aside|strike|refer"
    r"|feed_revoke)$|^(sign_out_everywhere|lost_phone|remove_passkey)$"
)
BY_REASON = {  # the page asks for a reason: where its words stand
    "duty_roster_remove": "duty.shifts.roster_pages:remove",
    "duty_roster_end_pattern": "duty.shifts.roster_pages:end_pattern",
    "duty_absence_end": "duty.shifts.absence_pages:end",
    "groups_zalogroup_pause": "groups.zalo_groups.admin:ZaloGroupAdmin._settle",
    "groups_zalogroup_close": "groups.zalo_groups.admin:ZaloGroupAdmin._settle",
    "oversight_periodsummary_discard": "oversight.summaries.admin:discard",
    "oversight_periodsummary_supersede": "oversight.summaries.admin:supersede",
}
OTHER_PAGES = {
    "duty_device_off": "turned on again on the same page",
    "duty_drill_end": "a drill is begun again",
    "duty_ways_off": "turned on again on the same page",
    "duty_ways_zalo_end": "turned on again on the same page",
    "duty_ways_phone_end": "turned on again on the same page",
    "duty_roster_feed_revoke": "a new address is made on the same page",
    "form_draft_drop": "two taps",
    "groups_memberimport_undo": "a page of confirmation with each person; the file is read again",
    "groups_memberimport_discard": "a page of confirmation; the file is read again",
    "lost_phone": "a page of confirmation; a person resets it",
    "procedures_edition_supersede": "a step, with its reason",
    "procedures_question_set_aside": "a kind, not a deletion: the question stays in its list",
    "remove_passkey": "set up again on the same page",
    "reports_tipreport_close_now": "opened again by the step “Mở lại”",
    "reports_tipreport_refer": "asks for place and reason of the handing on",
    "reports_tipreport_removal": "says that a picture of a group was removed there",
    "reports_tipreport_strike": "shows each word; the sealed text stays",
    "sign_out_everywhere": "signed in again",
}


# The button beside it gives back what this one takes.
UNDONE_BY_QUESTION = {"groups_member_withdraw_consent": "groups_member_give_consent"}


def questions() -> dict[str, Any]:
    """Questions that a button of a row asks, each on a page of its own, by the page's name."""
    return {
        f"{model._meta.app_label}_{model._meta.model_name}_{name}": question
        for model, model_admin in admin.site._registry.items()
        for name, question in getattr(model_admin, "questions", {}).items()
    }


@pytest.mark.parametrize("name", [name for name in questions() if ENDINGS.search(name)])
def test_questions_before_something_is_given_up_have_room_for_the_reason(name):
    asked = questions()
    fields = getattr(asked[name].form, "base_fields", {})

    has_room = any(isinstance(field, forms.CharField) for field in fields.values())
    assert has_room or UNDONE_BY_QUESTION[name] in page_names()


def page_names() -> set[str]:
    waiting: list[URLPattern | URLResolver]
    waiting, found = list(get_resolver().namespace_dict["admin"][1].url_patterns), set()
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "url_patterns", [])
        found.add(getattr(one, "name", None) or "")
    return found


def test_each_page_that_gives_something_up_is_accounted_for():
    names = {name for name in page_names() if ENDINGS.search(name)}

    assert names - questions().keys() == BY_REASON.keys() | OTHER_PAGES.keys()


@pytest.mark.parametrize("name", BY_REASON)
def test_pages_with_a_reason_read_it(name):
    module, _colon, path = BY_REASON[name].partition(":")
    found: Any = import_module(module)
    for part in path.split("."):
        found = getattr(found, part)

    assert "reason" in inspect.getsource(inspect.unwrap(found))
