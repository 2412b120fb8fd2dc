"""Operations of officers on their own keys."""

from typing import Any, Final

from django.db import transaction

from accounts.models import User
from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.errors import ForgedCall, ProofRefused
from accounts.vault.operations import operation
from accounts.vault.proofs import checking, keys, passkeys
from accounts.vault.proofs.checking import Given
from accounts.workflow.declaration import NotAllowed

LONGEST: Final = 300
WHO_ELSE: Final = (
    "Người thứ hai phải là một tài khoản khác cùng xã, có mã mở danh tính của mình. Hãy xem lại "
    "tên đăng nhập."
)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise ForgedCall("Kho niêm phong không hiểu lời gọi này.")
    return value


@operation("vault.end_own_proofs")
def _end_own(call: Call) -> int:
    return keys.end_all(call.officer, by=call.officer)


@operation("vault.passkey_options", is_logged=False)
def _options_to_pin(call: Call, *, site: str) -> str:
    return passkeys.options_to_pin(call.officer, site=_text(site))


@operation("vault.pin_passkey")
def _pin_passkey(
    call: Call, *, answer: str, site: str, origin: str, name: str, code: str, second: str,
    second_code: str,
) -> bool:  # fmt: skip
    given, other = Given.of(code, answer), Given.of(second_code)
    officer = call.officer
    witness = User.objects.filter(username=second, commune=officer.commune_id).first()
    if witness is None or witness.pk == officer.pk or not keys.may_have(witness):
        raise ProofRefused(WHO_ELSE)
    with transaction.atomic():
        checking.check_code(officer, given.code)
        checking.check_code(witness, other.code)
        passkeys.pin(
            officer, given.answer, site=_text(site), origin=_text(origin), name=str(name),
            second=witness,
        )  # fmt: skip
    return True


def end_own() -> bool:
    """End the keys of the account of this request; False where the vault does not answer."""
    try:
        ask("vault.end_own_proofs")
    except NotAllowed:
        return False
    return True


def options_to_pin(site: str) -> str:
    """Options for the browser to make a passkey of this account. Raises NotAllowed."""
    return str(ask("vault.passkey_options", site=site))


def pin_passkey(**given: Any) -> None:
    """Keep a passkey of the account of this request. Raises NotAllowed."""
    ask("vault.pin_passkey", **given)
