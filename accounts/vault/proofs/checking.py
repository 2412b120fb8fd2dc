"""Checking a proof in the vault: whose it is, of which act, and that it is used once."""

import base64
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django_otp.oath import hotp

from accounts.users.models import User
from accounts.vault.errors import ForgedCall, ProofMisused, ProofRefused
from accounts.vault.guard import Window
from accounts.vault.proofs import keys, memory, passkeys
from accounts.vault.proofs.models import ProofKey

TOLERANCE: Final = 2  # steps of 30 s that the clock of a phone may be early or late
MOST_TRIES: Final = 5  # wrong codes of one account in an hour
LONGEST: Final = 20_000

NO_KEY: Final = (
    "Tài khoản này chưa có mã mở danh tính nên kho niêm phong không nhận. Hãy nhờ người giữ máy "
    "chủ in tờ mã cho đồng chí (lệnh print_proof), quét vào ứng dụng xác thực rồi làm lại."
)
NO_PROOF: Final = "Hãy nhập mã 6 số của dòng “Bình Yên - kho niêm phong” trong ứng dụng xác thực."
WRONG: Final = (
    "Mã không đúng. Hãy xem đúng dòng “Bình Yên - kho niêm phong” (không phải dòng dùng để đăng "
    "nhập) và nhập mã đang hiện; giờ trên điện thoại phải để tự động."
)
USED: Final = "Mã này đã dùng rồi. Hãy chờ ứng dụng đổi sang mã mới (30 giây) rồi nhập mã đó."
TOO_MANY: Final = (
    "Đã nhập sai nhiều lần nên kho niêm phong tạm không nhận mã của tài khoản này. Hãy thử lại sau "
    "một giờ; chỉ huy đã được báo."
)

_tries = Window()


@dataclass(frozen=True)
class Given:
    """The proof that came with a call: a code of six digits, or the answer of a passkey."""

    code: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)

    @classmethod
    def of(cls, code: Any, answer: Any = "") -> "Given":
        """Raises ForgedCall for what no page sends."""
        for one in (code, answer):
            if not isinstance(one, str) or len(one) > LONGEST:
                raise ForgedCall("Kho niêm phong không hiểu lời gọi này.")
        return cls(code.strip(), answer.strip())

    def __bool__(self) -> bool:
        return bool(self.code or self.answer)


def forget() -> None:
    """Count and remember from nothing, as in a process that is no vault."""
    _tries.forget()
    memory.forget()


def check(user: User, given: Given, *aim: str) -> ProofKey:
    """The key of this account that made the proof, which is used up. In the transaction of the act.

    `aim` names the act and its rows: a passkey answers to that alone. Raises ProofRefused;
    ProofMisused for a code that was used, or too many wrong ones; ForgedCall where a row was not
    written by the vault, and for an answer of a passkey to another act, or a second time.
    """
    if not given:
        raise ProofRefused(NO_PROOF)
    if not given.answer:
        return check_code(user, given.code)
    rows = keys.of(user).filter(kind=ProofKey.Kind.PASSKEY)
    key = (
        rows.filter(credential_id=passkeys.number_in(given.answer))
        .select_for_update(of=("self",))
        .first()
    )
    if key is None:
        raise ProofRefused(passkeys.REFUSED)
    require_sound(key)
    key.uses, key.used_at = passkeys.verify(key, given.answer, *aim), timezone.now()
    key.save(update_fields=["uses", "used_at"])
    return key


def check_code(user: User, code: str) -> ProofKey:
    """The app of this account whose code this is; see `check`."""
    rows = keys.of(user).filter(kind=ProofKey.Kind.CODE)
    with transaction.atomic():
        key = rows.select_for_update(of=("self",)).first()
        if key is None:
            raise ProofRefused(NO_KEY)
        require_sound(key)
        if not _tries.add(user.pk, 1, most=MOST_TRIES):
            raise ProofMisused(TOO_MANY)
        key.last_step = _step_of(key, code)
        key.used_at = timezone.now()
        key.save(update_fields=["last_step", "used_at"])
    _tries.forget(user.pk)
    return key


def require_sound(key: ProofKey) -> None:
    """Raise ForgedCall for a row that somebody wrote past the vault."""
    if not key.is_sound:
        raise ForgedCall("Khóa chứng minh của tài khoản này đã bị sửa ngoài kho niêm phong.")


def _step_of(key: ProofKey, code: str) -> int:
    """The step of time whose code this is, used up from now on. Raises ProofRefused."""
    digits = "".join(code.split())
    number = int(digits) if len(digits) == 6 and digits.isascii() and digits.isdigit() else -1
    seed, now = base64.b32decode(key.secret), step_at(timezone.now().timestamp())
    step = next((one for one in _steps(now) if hotp(seed, one) == number), None)
    if step is None:
        raise ProofRefused(WRONG)
    if step <= key.last_step or not memory.use(key.user_id, str(key.uuid), step):
        raise ProofMisused(USED)
    return step


def step_at(moment: float) -> int:
    return int(moment // keys.STEP_S)


def _steps(now: int) -> range:
    return range(now - TOLERANCE, now + TOLERANCE + 1)
