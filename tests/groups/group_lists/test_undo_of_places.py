"""The undo of a list leaves no trace in places and proxies, over any past that they had."""

from datetime import date, timedelta
from random import Random

import pytest

from groups.member_import import services as member_import
from groups.models import Membership
from tests.factories.groups import make_member, make_ordinary_group
from tests.groups.group_lists.test_places import committed, everything

GIVEN = ("An", "Bé", "Cư", "Dần", "Em", "Gấm", "Hên", "Ích", "Kim", "Lan", "Mận", "Na")
MARKS = ("", "x", "chưa", "1/2/2026", "12/03/2026", "hỏi lại")


def any_past(member, group, chance, others):
    """Nothing, a place in any state, or one that was left and taken again; perhaps a proxy."""
    state = chance.choice(["", *Membership.State])
    if state:
        began = date(2025, 1, 1) + timedelta(days=chance.randrange(300))
        place = Membership.objects.create(
            member=member, group=group, joined_on=chance.choice([None, began]), state="joined",
        )  # fmt: skip
        if chance.random() < 0.5:
            place.state, place.left_on = "left", date(2025, 12, 1)
            place.save()
            place.state, place.joined_on, place.left_on = "joined", date(2025, 12, 20), None
            place.save()
        place.state = state
        place.left_on = date(2026, 1, 5) if state == "left" else None
        place.save()
    if others and chance.random() < 0.3:
        member.reached_through = chance.choice(others)
        member.save()


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet, name="Nhóm Zalo Ấp Mẫu")


@pytest.mark.parametrize("seed", range(6))
def test_undo_of_any_list_over_any_past_restores_to_the_letter(hamlet, head, group, seed):
    chance, known, people = Random(seed), [], []
    for number, given in enumerate(GIVEN, start=1):
        name, phone = f"Trần Thị Mẫu {given}", f"09000000{number:02}"
        if chance.random() < 0.6:
            member = make_member(
                hamlet, full_name=name, phone=f"+84{phone[1:]}", household_code=f"H{number}",
                birth_year=None,
            )  # fmt: skip
            any_past(member, group, chance, known)
            known.append(member)
        through = f"Trần Thị Mẫu {chance.choice(GIVEN)}" if chance.random() < 0.4 else ""
        left = chance.choice(["", "", "1/6/2026"])
        people.append((f"H{number}", name, phone, chance.choice(MARKS), left, through, ""))
    before = everything(hamlet)

    batch = committed(hamlet, head, *people)
    assert everything(hamlet) != before
    done = member_import.undo(batch, by=head)

    assert everything(hamlet) == before
    assert (done.kept, done.places_kept) == ([], 0)
