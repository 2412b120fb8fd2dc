"""Password and second step of guarded sides: one proposes, somebody of their side confirms."""

from typing import Any, Final

from accounts import services
from accounts.second_person import services as second_person
from accounts.second_person.kinds import Kind, register
from accounts.second_person.models import ChangeProposal
from accounts.sign_in import second_factor
from accounts.users.models import User
from accounts.users.roles import roles_of
from accounts.workflow.declaration import NotAllowed

STEP, PASSWORD = "second_step", "temporary_password"
GONE: Final = "Tài khoản này không còn nữa."


def propose_reset(user: User, *, by: User, reason: str) -> ChangeProposal:
    """Ask a second person to let this account set up its second step anew. Raises NotAllowed."""
    second_factor.check_may_reset(user, by=by)
    return _propose(STEP, user, by, reason)


def propose_password(user: User, *, by: User, reason: str) -> ChangeProposal:
    """Ask a second person to hand this account a temporary password. Raises NotAllowed."""
    services.check_may_issue_password(user, by=by)
    return _propose(PASSWORD, user, by, reason)


def _propose(kind: str, user: User, by: User, reason: str) -> ChangeProposal:
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do.")
    return second_person.propose(
        kind, user, {"until": "next sign-in"}, by=by, commune=user.commune, old=_as_it_is(user),
        reason=reason,
    )  # fmt: skip


def _as_it_is(user: User) -> dict[str, Any]:
    """The account as it is decided about: with another role it is another matter."""
    factor = second_factor.of(user)
    enrolled = factor.confirmed_at.isoformat() if factor.confirmed_at is not None else ""
    passkeys = list(user.passkeys.values_list("pk", flat=True))
    return {"roles": sorted(roles_of(user)), "enrolled": enrolled, "passkeys": passkeys}


def _subject(proposal: ChangeProposal) -> User:
    user = User.objects.filter(pk=proposal.object_id).first()
    if user is None:
        raise NotAllowed(GONE)
    return user


def _current(proposal: ChangeProposal) -> dict[str, Any]:
    user = User.objects.filter(pk=proposal.object_id).first()
    return _as_it_is(user) if user is not None else {}


def _proposer(proposal: ChangeProposal) -> User:
    if proposal.proposed_by is None:
        raise NotAllowed(ChangeProposal.workflow.denied)
    return proposal.proposed_by


def _carry_out_reset(proposal: ChangeProposal) -> object:
    user, by = _subject(proposal), _proposer(proposal)
    second_factor.check_may_reset(user, by=by)
    reason = f"{proposal.reason} (người thứ hai: {proposal.decided_by})"
    return second_factor.let_enrol(user, by=by, reason=reason, second=proposal.decided_by)


def _hand_over(proposal: ChangeProposal) -> str:
    user, by = _subject(proposal), _proposer(proposal)
    services.check_may_issue_password(user, by=by)
    return services.give_password(user, by=by, second=proposal.decided_by)


def _step_lines(proposal: ChangeProposal) -> list[tuple[str, str, str]]:
    is_set_up = proposal.old.get("enrolled") or proposal.old.get("passkeys")
    old = "Đã cài" if is_set_up else "Chưa cài"
    return [("Bước hai", old, "Bỏ cách cũ; người này tự cài lại ở lần đăng nhập tới, trong 7 ngày")]


def _password_lines(proposal: ChangeProposal) -> list[tuple[str, str, str]]:
    return [
        ("Mật khẩu", "Mật khẩu đang dùng, nếu có", "Mật khẩu tạm mới, người này phải tự đổi"),
    ]


register(Kind(STEP, _current, _step_lines, _carry_out_reset))
register(Kind(PASSWORD, _current, _password_lines, _hand_over, is_collected=True))
