"""Two people with the same page open: neither takes back what the other wrote, nothing is lost."""

import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.scoped_admin.form_versions import seen_of
from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.checklists import services as checklists
from oversight.models import ChecklistItem, SafetyChecklist, YearlyReview
from oversight.review import services as review_services
from tests.factories.groups import make_assignment, make_officer
from tests.factories.year import make_checklist, make_frozen_review


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:oversight_{name}", args=args)


def fields_of(page: str, form: str) -> dict[str, str]:
    """Return the fields that a browser would send of a form on the page."""
    body = page.partition(f'action="{form}"')[2].partition("</form>")[0]
    assert body
    sent = {}
    for tag in re.findall(r"<input[^>]+>", body):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_set = said.get("type") != "radio" or re.search(r"\schecked\b", tag)
        if is_set and "name" in said and said["name"] != "csrfmiddlewaretoken":
            sent[said["name"]] = said.get("value", "")
    return sent


@pytest.fixture
def made(commune: Any, hamlet: Any) -> SafetyChecklist:
    made = make_checklist(commune, hamlet)
    for place in (3, 4):
        ChecklistItem.objects.create(checklist=made, position=place, text=f"Tiêu chí {place}")
    return made


def values_on(client: Any, made: SafetyChecklist) -> dict[str, str]:
    page = client.get(address("safetychecklist_show", made.pk)).content.decode()
    return fields_of(page, address("safetychecklist_tick", made.pk))


def save(client: Any, made: SafetyChecklist, sent: dict[str, str]) -> Any:
    return client.post(address("safetychecklist_tick", made.pk), sent, follow=True)


def stored(made: SafetyChecklist) -> list[tuple[str, str]]:
    return list(made.items.values_list("answer", "note"))


def test_a_second_save_takes_back_no_tick_of_the_first(made, login, chief, deputy_chief):
    one, other = login(chief), login(deputy_chief)
    first, _second, third, _fourth = made.items.all()
    of_one, of_other = values_on(one, made), values_on(other, made)

    save(one, made, of_one | {f"tick-{first.pk}": "yes", f"note-{first.pk}": "Biên bản 3/2"})
    save(other, made, of_other | {f"tick-{third.pk}": "no"})

    assert stored(made) == [("yes", "Biên bản 3/2"), ("", ""), ("no", ""), ("", "")]
    first.refresh_from_db()
    assert first.answered_by == chief


def test_a_line_that_another_changed_is_overwritten_by_whoever_was_told(
    made, login, chief, deputy_chief
):
    client, first = login(chief), made.items.get(position=1)
    mine = values_on(client, made) | {f"tick-{first.pk}": "no"}
    checklists.tick(first, "yes", by=deputy_chief, remark="Đủ hộ")

    told = save(client, made, mine)

    assert told.status_code == 400
    assert "Người khác vừa sửa dòng này: Có, ghi chú “Đủ hộ”." in told.content.decode()
    assert stored(made)[0] == ("yes", "Đủ hộ")
    again = fields_of(told.content.decode(), address("safetychecklist_tick", made.pk))
    assert again[f"tick-{first.pk}"] == "no"
    assert save(client, made, again).status_code == 200
    assert stored(made)[0] == ("no", "")


def test_a_refused_line_keeps_every_line_on_the_page_and_none_is_half_saved(made, login, chief):
    client = login(chief)
    first, _second, third, fourth = made.items.all()
    typed = {
        f"tick-{first.pk}": "yes", f"note-{third.pk}": "MẬT", f"tick-{third.pk}": "yes",
        f"tick-{fourth.pk}": "not_applicable", f"note-{fourth.pk}": "Không có nhà trọ",
    }  # fmt: skip

    refused = save(client, made, values_on(client, made) | typed)

    assert refused.status_code == 400
    assert stored(made) == [("", "")] * 4
    assert refused.content.decode().count("Ghi chú mang dấu mật.") == 1
    again = fields_of(refused.content.decode(), address("safetychecklist_tick", made.pk))
    assert {name: again[name] for name in typed} == typed
    save(client, made, again | {f"note-{third.pk}": "Biên bản"})
    assert stored(made) == [
        ("yes", ""), ("", ""), ("yes", "Biên bản"), ("not_applicable", "Không có nhà trọ")
    ]  # fmt: skip


@pytest.fixture
def review(commune: Any, hamlet: Any, chief: Any) -> YearlyReview:
    review = make_frozen_review(commune, chief)
    return review_services.write(review, by=chief, strengths="Tốt.", shortcomings="Còn ít.")


def write(client: Any, review: YearlyReview, sent: dict[str, str]) -> Any:
    return client.post(address("yearlyreview_step", review.pk, "danh-gia"), sent, follow=True)


def seen_by(client: Any, review: YearlyReview) -> str:
    page = client.get(address("yearlyreview_show", review.pk)).content.decode()
    form = address("yearlyreview_step", review.pk, "danh-gia")
    return fields_of(page, form)["danh-gia-seen"]


def test_two_who_write_other_parts_of_a_review_keep_both(review, login, chief, deputy_chief):
    client = login(chief)
    seen = seen_by(client, review)
    review_services.write(review, by=deputy_chief, causes="Sóng yếu.")

    write(client, review, {
        "danh-gia-seen": seen, "danh-gia-strengths": "Rất tốt.",
        "danh-gia-shortcomings": "Còn ít.", "danh-gia-causes": "", "danh-gia-proposals": "",
    })  # fmt: skip

    review.refresh_from_db()
    assert (review.strengths, review.causes) == ("Rất tốt.", "Sóng yếu.")


def test_a_part_that_another_wrote_is_overwritten_by_whoever_was_told(
    review, login, chief, deputy_chief
):
    client = login(chief)
    sent = {
        "danh-gia-seen": seen_by(client, review), "danh-gia-strengths": "Lời của tôi.",
        "danh-gia-shortcomings": "Còn ít.", "danh-gia-causes": "", "danh-gia-proposals": "",
    }  # fmt: skip
    review_services.write(review, by=deputy_chief, strengths="Lời của người khác.")

    told = write(client, review, sent)

    page = told.content.decode()
    assert told.status_code == 400
    assert "Người khác vừa sửa: kết quả nổi bật, ưu điểm." in page
    assert "Lời của tôi." in page
    assert "<p>Lời của người khác.</p>" in page
    review.refresh_from_db()
    assert review.strengths == "Lời của người khác."
    form = address("yearlyreview_step", review.pk, "danh-gia")
    write(client, review, sent | {"danh-gia-seen": fields_of(page, form)["danh-gia-seen"]})
    review.refresh_from_db()
    assert review.strengths == "Lời của tôi."


def test_a_part_of_a_hamlet_is_not_written_over_unseen(review, commune, hamlet, actor, chief):
    head = actor(Role.HAMLET_HEAD)
    make_assignment(make_officer(commune, user=head), hamlet)
    part = review.hamlets.get()
    seen = seen_of(part.text)
    review_services.write_part(part, "Lời của chỉ huy.", by=chief, seen=seen)

    with pytest.raises(NotAllowed, match="Người khác vừa sửa: phần của ấp, khu phố"):
        review_services.write_part(part, "Lời của trưởng ấp.", by=head, seen=seen)
    left = review_services.write_part(part, "", by=head, seen=seen)

    assert (left.text, left.prepared_by) == ("Lời của chỉ huy.", chief)


def test_a_save_without_a_change_is_no_edit(review, chief, deputy_chief):
    handed_in = review_services.hand_in(review, by=chief)
    seen = seen_of("Tốt.", "Còn ít.", "", "")

    left = review_services.write(
        handed_in, by=deputy_chief, seen=seen, strengths="Tốt.\r\n", causes=""
    )

    assert (left.status, left.written_by) == ("assessed", chief)
