"""Lock, sight, right, state: in this order, with the sentences that the model declares."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet

from accounts.models import AuditEvent, User
from accounts.services import NotAllowed, TransitionNotAllowed
from accounts.workflow.declaration import Workflow
from accounts.workflow.services import lock_for, lock_rows_for, move, record, stored_for
from groups.models import Hamlet, Member, Regulation, ZaloGroup
from tests.factories.groups import make_member, make_ordinary_group, make_regulation

pytestmark = pytest.mark.django_db
TEND, CHANGE = "groups.tend_zalogroup", "groups.change_zalogroup"
Actor = Callable[..., User]


def declared() -> Iterator[tuple[Any, Workflow]]:
    for model in apps.get_models():
        if (rules := getattr(model, "workflow", None)) is not None:
            yield model, rules


def refusal(group: ZaloGroup, by: User, **asked: Any) -> str:
    with pytest.raises(NotAllowed) as refused:
        lock_for(group, by, **asked)
    return str(refused.value)


def test_given_instance_is_read_anew(hamlet: Hamlet, chief: User) -> None:
    group = make_ordinary_group(hamlet, name="Cũ")
    ZaloGroup.objects.update(name="Mới")

    assert lock_for(group, chief, permission=CHANGE) is group
    assert group.name == "Mới"


def test_stored_row_comes_beside_what_a_form_has_changed(hamlet: Hamlet, chief: User) -> None:
    group = make_ordinary_group(hamlet, name="Cũ")
    group.name = "Người gõ"

    stored = stored_for(group, chief, permission=CHANGE)

    assert (stored.name, group.name) == ("Cũ", "Người gõ")
    stored.full_clean()  # no new row that would repeat the id of a stored one


def test_sight_is_asked_under_the_lock(
    hamlet: Hamlet, other_hamlet: Hamlet, officer_of: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, officer = make_ordinary_group(hamlet), officer_of(hamlet)
    select_for_update = QuerySet.select_for_update

    def after_a_move(rows: Any, **options: Any) -> Any:
        ZaloGroup.objects.update(hamlet=other_hamlet)
        return select_for_update(rows, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", after_a_move)

    assert refusal(group, officer, permission=TEND) == ZaloGroup.workflow.denied


def test_the_row_is_locked_before_anything_is_asked(
    hamlet: Hamlet, chief: User, django_assert_num_queries: Any
) -> None:
    group = make_ordinary_group(hamlet)
    chief.has_perm(CHANGE)  # rights are read once an account

    with django_assert_num_queries(2) as asked:
        lock_for(group, chief, permission=CHANGE)

    assert "FOR UPDATE" in asked[0]["sql"]
    assert "FOR UPDATE" not in asked[1]["sql"]


def test_a_row_that_is_gone_is_refused_in_a_sentence(hamlet: Hamlet, chief: User) -> None:
    regulation = make_regulation(hamlet)
    Regulation.objects.all().delete()

    with pytest.raises(NotAllowed, match="Không tìm thấy bản quy chế này"):
        lock_for(regulation, chief, permission=None)


def test_sight_comes_before_right_and_right_before_state(
    hamlet: Hamlet, other_hamlet: Hamlet, officer_of: Actor, chief: User
) -> None:
    closed = make_ordinary_group(hamlet, status="closed")
    asked = {"permission": "groups.no_such_right", "denied": "Không có quyền.", "unseen": "Xa."}

    assert refusal(closed, officer_of(other_hamlet), unless="closed", **asked) == "Xa."
    assert refusal(closed, chief, unless="closed", **asked) == "Không có quyền."
    assert refusal(closed, chief, permission=CHANGE, unless="closed") == "Nhóm đã đóng."


@pytest.mark.parametrize(
    "asked",
    [
        {"only": "draft"},
        {"only": {"draft", "closed"}},
        {"unless": "active"},
        {"unless": {"active": "Không được."}},
    ],
)
def test_states_that_are_not_for_a_step(hamlet: Hamlet, chief: User, asked: Any) -> None:
    group = make_ordinary_group(hamlet, status="active")

    assert refusal(group, chief, permission=CHANGE, refusal="Không được.", **asked) == "Không được."


def test_one_of_several_rights_is_enough(hamlet: Hamlet, chief: User) -> None:
    group = make_ordinary_group(hamlet)

    lock_for(group, chief, permission=("groups.no_such_right", CHANGE))
    refusal(group, chief, permission=("groups.no_such_right",))


def test_a_right_may_be_a_question_about_the_row(hamlet: Hamlet, chief: User) -> None:
    group = make_ordinary_group(hamlet, name="Nhóm")

    lock_for(group, chief, permission=lambda row, by: row.name == "Nhóm" and by == chief)
    refusal(group, chief, permission=lambda row, by: False)


def test_of_several_rows_those_in_sight_are_locked(
    hamlet: Hamlet, other_hamlet: Hamlet, officer_of: Actor
) -> None:
    own, far = make_member(hamlet), make_member(other_hamlet)
    rows = Member.objects.filter(pk__in=[far.pk, own.pk])

    assert lock_rows_for(rows, officer_of(hamlet), permission="groups.change_member") == [own]
    with pytest.raises(NotAllowed, match="Không"):
        lock_rows_for(rows, officer_of(hamlet), permission="groups.no_such", denied="Không.")


def test_move_follows_the_table(hamlet: Hamlet) -> None:
    regulation = make_regulation(hamlet, agreed=False, status="draft")

    move(regulation, Regulation.Status.CONSULTING)
    assert regulation.status == "consulting"
    with pytest.raises(TransitionNotAllowed, match="bước “Đang lấy ý kiến”, không chuyển sang"):
        move(regulation, Regulation.Status.ISSUED)
    with pytest.raises(TransitionNotAllowed, match="Chưa được"):
        move(regulation, "issued", refusals={"consulting": "Chưa được."})


def test_a_step_without_a_history_goes_to_the_trail(hamlet: Hamlet, chief: User) -> None:
    group = make_ordinary_group(hamlet)

    with transaction.atomic():
        assert record(group, "paused", by=chief, text="Vắng người", kind="x") is None

    event = AuditEvent.objects.get(action="group.paused")
    assert (event.actor, event.commune, event.reason) == (chief, hamlet.commune, "Vắng người")
    assert event.details == {"kind": "x"}


def test_every_declaration_is_whole() -> None:
    """States are those of the field, sentences can be filled in, and sight can be asked."""
    found = dict(declared())

    assert len(found) > 5
    for model, rules in found.items():
        assert callable(model._default_manager.all().visible_to), model
        sentences = [rules.denied, rules.unseen, rules.missing, rules.no_transition]
        sentences += [rules.wrong_state, *rules.in_state.values()]
        for sentence in sentences:
            sentence.format(row=model, state="", state_lower="", to="")
        if not (rules.transitions or rules.in_state):
            continue
        field: models.Field[Any, Any] = model._meta.get_field(rules.state_field)
        states = {str(value) for value, _label in field.flatchoices}
        ends = {str(end) for targets in rules.transitions.values() for end in targets}
        assert ends | {str(start) for start in rules.transitions} <= states, model
        assert {str(state) for state in rules.in_state} <= states, model
        if rules.transitions:
            assert {str(start) for start in rules.transitions} == states, model
            assert rules.no_transition, model
