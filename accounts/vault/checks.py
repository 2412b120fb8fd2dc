"""Keys of the vault, compared with the check values in the database (`accounts.encryption.checks`).

Everybody compares the public keys, the vault its private ones and that of its hashes.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from accounts.encryption import checks
from accounts.encryption.checks import CANARY, WrongKeys
from accounts.encryption.services import DecryptionError, derive
from accounts.vault import sealing

PURPOSE = checks.OF_VAULT
INDEX = "VAULT_INDEX_KEY"

OTHER_KEY = (
    "khóa “{kid}” trong {name} không phải khóa “{kid}” của kho niêm phong đã dùng ở đây (cùng tên, "
    "khác nội dung). Hãy lấy lại đúng khóa từ nơi cất giữ; chưa có gì bị niêm phong sai."
)
NEW_KEY = (
    "khóa “{kid}” trong VAULT_PUBLIC_KEY chưa được ghi nhận vào cơ sở dữ liệu. Hãy chạy manage.py "
    "migrate trước."
)
MISSING = (
    "VAULT_KEYS thiếu khóa “{kid}” mà dữ liệu niêm phong ở đây còn cần. Hãy thêm lại; chỉ bỏ một "
    "khóa khi seal_anew đã báo là không còn dữ liệu nào dùng khóa đó."
)
NO_KEYS = (
    "thiếu VAULT_KEYS: tiến trình này không phải kho niêm phong. Chạy với môi trường riêng của kho."
)
NOT_A_PAIR = (
    "khóa đầu của VAULT_PUBLIC_KEY (“{kid}”) không có khóa mở tương ứng trong VAULT_KEYS: những gì "
    "niêm phong từ nay sẽ không mở được. Hãy sửa một trong hai."
)


def _rows() -> Any:
    return apps.get_model("accounts", "KeyCheck")._base_manager.filter(purpose=PURPOSE)


def _fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).digest()[:8].hex()


def _context(kid: str) -> str:
    return f"{checks.TABLE}.sealed_canary:{kid}:{PURPOSE}"


def compare_public(rows: Iterable[Any], *, with_new: bool = True) -> None:
    """Raise WrongKeys unless every public key fits its row; `with_new`: and has one."""
    known = {row.kid: row.fingerprint for row in rows}
    for kid, public in settings.VAULT_PUBLIC_KEYS.items():
        if kid not in known:
            if with_new:
                raise WrongKeys(NEW_KEY.format(kid=kid))
        elif not hmac.compare_digest(known[kid], _fingerprint(public)):
            raise WrongKeys(OTHER_KEY.format(kid=kid, name="VAULT_PUBLIC_KEY"))


def register_keys(installation: UUID) -> None:
    """Write the rows of public keys that have none; a key that seals again is in use again."""
    compare_public(_rows(), with_new=False)
    model, known = _rows().model, set(_rows().values_list("kid", flat=True))
    model._base_manager.bulk_create(
        [
            model(
                kid=kid,
                purpose=PURPOSE,
                installation=installation,
                fingerprint=_fingerprint(public),
                sealed_canary=sealing.seal_to(kid, CANARY.encode(), context=_context(kid)),
            )
            for kid, public in settings.VAULT_PUBLIC_KEYS.items()
            if kid not in known
        ],
        ignore_conflicts=True,
    )
    for kid in list(settings.VAULT_PUBLIC_KEYS)[:1]:
        _rows().filter(kid=kid).exclude(retired_at=None).update(retired_at=None)


def compare_private() -> None:
    """Raise WrongKeys unless this process has every key that the vault needs, and the right ones.

    The key of the hashes gets its row here, at the first start: nobody else has it.
    """
    if not settings.VAULT_KEYS:
        raise WrongKeys(NO_KEYS)
    for kid, public in list(settings.VAULT_PUBLIC_KEYS.items())[:1]:
        private = settings.VAULT_KEYS.get(kid)
        if private is None or sealing.public_part(private) != public:
            raise WrongKeys(NOT_A_PAIR.format(kid=kid))
    rows = {row.kid: row for row in _rows().exclude(kid=INDEX)}
    for kid, row in rows.items():
        if kid in settings.VAULT_KEYS:
            if not _opens(row, settings.VAULT_KEYS):
                raise WrongKeys(OTHER_KEY.format(kid=kid, name="VAULT_KEYS"))
        elif row.retired_at is None:
            raise WrongKeys(MISSING.format(kid=kid))
    mark = hmac.new(
        derive(settings.VAULT_INDEX_KEY.encode(), "kcv"), INDEX.encode(), hashlib.sha256
    ).digest()[:8]
    installation = next((row.installation for row in rows.values()), uuid4())
    defaults = {"fingerprint": mark.hex(), "sealed_canary": "", "installation": installation}
    row, _is_new = _rows().get_or_create(kid=INDEX, purpose=PURPOSE, defaults=defaults)
    if not hmac.compare_digest(row.fingerprint, mark.hex()):
        raise WrongKeys(
            f"{INDEX} không phải khóa đã dùng với dữ liệu ở đây. Hãy lấy lại đúng khóa; chưa có gì "
            "bị ghi sai."
        )


def is_known(kid: str, private: bytes) -> bool:
    """Whether this is the key of that name with which values here were sealed."""
    row = _rows().exclude(kid=INDEX).filter(kid=kid).first()
    return row is not None and _opens(row, {kid: private})


def _opens(row: Any, keys: Mapping[str, bytes]) -> bool:
    try:
        found = sealing.opens_with(keys, row.sealed_canary, context=_context(row.kid))
    except DecryptionError:
        return False
    return found == CANARY.encode()


def retire(in_use: set[str]) -> list[str]:
    """Mark keys that no value needs, but the one that seals; returns those newly retired."""
    needed = in_use | {INDEX, sealing.current_kid()}
    _rows().filter(kid__in=needed).exclude(retired_at=None).update(retired_at=None)
    return checks.retire_rows(_rows().filter(retired_at=None).exclude(kid__in=needed))


# Called by the receivers of pre_migrate and post_migrate (`accounts.encryption.receivers`).
checks.further_compares.append(compare_public)
checks.further_registers.append(register_keys)


@register()
def settings_of_the_vault(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name what an installation lacks; none of it stops a command."""
    if not settings.VAULT_PUBLIC_KEYS:
        return [
            Warning(
                "Chưa có VAULT_PUBLIC_KEY: cổng chưa nhận phản ánh nào.",
                hint="Tạo khóa: manage.py new_vault_key.",
                id="vault.W001",
            )
        ]
    if not settings.VAULT_SOCKET and not settings.VAULT_KEYS:
        return [
            Warning(
                "Chưa có VAULT_SOCKET: tiến trình này không hỏi được kho niêm phong.",
                hint="Đặt đường dẫn socket mà run_vault mở.",
                id="vault.W002",
            )
        ]
    return []
