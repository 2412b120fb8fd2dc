"""Each capability of an account has its answer, and the sentence that goes with it."""

import pytest

from tests.factories.zalo import make_official_account
from zalo.capabilities.states import Capability, State, all_of, may, merged, state_for

pytestmark = pytest.mark.django_db


def test_unconnected_commune_may_nothing_and_is_told_what_instead():
    answers = all_of(None)

    assert {answer.state for answer in answers} == {State.NO}
    assert all("Thay vào đó" in answer.sentence for answer in answers)


def test_fresh_account_is_unknown_in_everything(commune):
    account = make_official_account(commune)

    assert {answer.state for answer in all_of(account)} == {State.UNKNOWN}
    assert "Kiểm tra ngay" in may(account, Capability.GROUPS).sentence


def test_inactive_account_counts_as_none(commune):
    account = make_official_account(commune, is_active=False)
    account.capabilities = merged({}, {Capability.GROUPS: 0})

    assert may(account, Capability.GROUPS).is_no


@pytest.mark.parametrize("code", [-209, -212, -219, -221, -223, -224, -235, -240])
def test_refusal_of_the_account_is_a_no_with_its_reason(code, commune):
    account = make_official_account(commune)
    account.capabilities = merged({}, {Capability.GROUPS: code})

    answer = may(account, Capability.GROUPS)

    assert answer.is_no
    assert answer.code == code
    assert answer.at is not None
    assert "Việc đăng tay" in answer.sentence


@pytest.mark.parametrize("code", [None, -32, -100, -200, -201, -216, -403, -9999])
def test_other_numbers_prove_nothing_and_leave_what_was_known(code, commune):
    known = merged({}, {Capability.GROUPS: 0})

    assert state_for(code) is State.UNKNOWN
    assert merged(known, {Capability.GROUPS: code}) == known


def test_each_reason_has_a_sentence_of_its_own(commune):
    account = make_official_account(commune)
    sentences = set()
    for code in (-209, -212, -219, -221, -223, -224, -235, -240):
        account.capabilities = merged({}, {Capability.GROUPS: code})
        sentences.add(may(account, Capability.GROUPS).sentence)

    assert len(sentences) == 8
