"""Keys of the environment, compared with the check values in the database.

A process compares once, at its start or as soon as it reaches the database; with wrong keys it has
no database and seals nothing (docs/decisions/0094-key-check-values.md).
"""

import hashlib
import hmac
import logging
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    models,
    transaction,
)
from django.db.backends.signals import connection_created
from django.utils import timezone

from accounts.encryption import rotation, services
from accounts.encryption.services import PURPOSES, DecryptionError, KeyRing, derive

logger = logging.getLogger(__name__)

CANARY = "Bình Yên"
TABLE = "accounts_keycheck"
OF_VAULT = "vault"  # the purpose of rows that `accounts.vault.checks` looks after
INDEX = "BLIND_INDEX_KEY"  # no name in DATA_ENCRYPTION_KEYS has an underscore

OTHER_KEY = (
    "khóa “{kid}” trong DATA_ENCRYPTION_KEYS không phải khóa “{kid}” đã mã hóa dữ liệu ở đây (cùng "
    "tên, khác nội dung). Hãy lấy lại đúng khóa “{kid}” từ nơi cất giữ; chưa có gì bị mã hóa sai."
)
OTHER_INDEX_KEY = (
    f"{INDEX} không phải khóa đã dùng với dữ liệu ở đây. Hãy lấy lại đúng khóa từ nơi cất giữ; "
    "chưa có gì bị ghi sai."
)
MISSING_KEY = (
    "DATA_ENCRYPTION_KEYS thiếu khóa “{kid}” mà dữ liệu ở đây còn cần. Hãy thêm lại khóa “{kid}”; "
    "chỉ bỏ một khóa khi rotate_keys đã báo là không còn dữ liệu nào dùng khóa đó."
)
NEW_KEY = "khóa “{kid}” chưa được ghi nhận vào cơ sở dữ liệu. Hãy chạy manage.py migrate trước."
RETIRED_KEY = (
    "khóa “{kid}” đứng đầu DATA_ENCRYPTION_KEYS nhưng đã cho nghỉ. Hãy chạy manage.py migrate để "
    "dùng lại, hoặc đưa khóa mới lên đầu."
)
NO_TABLE = (
    "cơ sở dữ liệu chưa có bảng kiểm tra khóa. Hãy chạy manage.py migrate trước khi khởi động."
)


class WrongKeys(OperationalError):
    """A key is missing, unknown or another than before; the text names it, for a person.

    Callers that wait for a database that is away wait for the right keys as well.
    """


# Whether hashes in the database were made with today's BLIND_INDEX_KEY; added by owners of hashes.
index_proofs: list[Callable[[], bool]] = []
# Of the vault's keys: compare with its rows, and write those of an installation that are missing.
further_compares: list[Callable[..., None]] = []
further_registers: list[Callable[[uuid.UUID], None]] = []


def _rows() -> models.QuerySet[Any]:
    # `manage.py` arms the comparison before the models are loaded.
    return _every_row().exclude(purpose=OF_VAULT)


def _every_row() -> models.QuerySet[Any]:
    return apps.get_model("accounts", "KeyCheck")._base_manager.order_by("made_at", "pk")


def _keys() -> Iterator[tuple[str, str, bytes]]:
    for kid, key in settings.DATA_ENCRYPTION_KEYS.items():
        for purpose in PURPOSES:
            yield kid, purpose, derive(key, purpose) if purpose else key
    yield INDEX, "", derive(settings.BLIND_INDEX_KEY.encode(), "canary")


def _fingerprint(kid: str, key: bytes, installation: uuid.UUID) -> str:
    message = installation.bytes + kid.encode()
    return hmac.new(derive(key, "kcv"), message, hashlib.sha256).digest()[:8].hex()


def _context(kid: str, purpose: str) -> str:
    return f"{TABLE}.sealed_canary:{kid}:{purpose}"


def _fits(row: Any, key: bytes) -> bool:
    if not hmac.compare_digest(row.fingerprint, _fingerprint(row.kid, key, row.installation)):
        return False
    try:
        context = _context(row.kid, row.purpose)
        return KeyRing({row.kid: key}).unseal(row.sealed_canary, context=context) == CANARY
    except DecryptionError:
        return False


def _other(kid: str) -> WrongKeys:
    return WrongKeys(OTHER_INDEX_KEY if kid == INDEX else OTHER_KEY.format(kid=kid))


def compare(*, with_new: bool = True) -> None:
    """Raise WrongKeys unless every key fits its rows and every key in use is there.

    `with_new`: a key without a row, or a retired one in front, is refused too.
    """
    try:
        every = list(_every_row())
    except ProgrammingError:
        raise WrongKeys(NO_TABLE) from None
    rows = {(row.kid, row.purpose): row for row in every if row.purpose != OF_VAULT}
    keys = list(_keys())
    for kid, purpose, key in keys:
        if (kid, purpose) in rows and not _fits(rows[kid, purpose], key):
            raise _other(kid)
    here = {kid for kid, _purpose, _key in keys}
    for row in rows.values():
        if row.retired_at is None and row.kid not in here:
            raise WrongKeys(MISSING_KEY.format(kid=row.kid))
    for further in further_compares:
        further([row for row in every if row.purpose == OF_VAULT], with_new=with_new)
    if not with_new:
        return
    for kid, purpose, _key in keys:
        if (kid, purpose) not in rows:
            raise WrongKeys(NEW_KEY.format(kid=kid))
    first = keys[0][0]
    if rows[first, ""].retired_at is not None:
        raise WrongKeys(RETIRED_KEY.format(kid=first))


def state() -> dict[str, Any]:
    """Whether the keys of this process fit, for health: `ok`, the sentence if not, keys in use."""
    try:
        compare()
    except WrongKeys as error:
        return {"ok": False, "sentence": str(error), "in_use": None}
    in_use = _rows().filter(retired_at=None).exclude(kid=INDEX).values("kid").distinct().count()
    return {"ok": True, "sentence": "", "in_use": in_use}


# Rows, written by `migrate`.


@transaction.atomic
def register() -> None:
    """Write the rows of keys that have none, once they open what is sealed under their names.

    A retired key that stands in front is in use again. Raises WrongKeys, and writes nothing.
    """
    compare(with_new=False)
    rows = list(_rows())
    known = {(row.kid, row.purpose) for row in rows}
    new = [(kid, purpose, key) for kid, purpose, key in _keys() if (kid, purpose) not in known]
    _prove({kid for kid, _purpose, _key in new} - {row.kid for row in rows}, is_first=not rows)
    installation = rows[0].installation if rows else uuid.uuid4()
    model = _rows().model
    model._base_manager.bulk_create(
        [
            model(
                kid=kid,
                purpose=purpose,
                installation=installation,
                fingerprint=_fingerprint(kid, key, installation),
                sealed_canary=KeyRing({kid: key}).seal(CANARY, context=_context(kid, purpose)),
            )
            for kid, purpose, key in new
        ],
        ignore_conflicts=True,  # another `migrate` at the same time; its rows are compared next
    )
    first = next(iter(settings.DATA_ENCRYPTION_KEYS))
    _rows().filter(kid=first).exclude(retired_at=None).update(retired_at=None)
    for further in further_registers:
        further(installation)
    compare()


def _prove(kids: set[str], *, is_first: bool) -> None:
    """Compare keys without rows with what lies in the database: a sample for each column."""
    if not kids:
        return
    opening: dict[str, bool] = {}
    for one in rotation.samples():
        opening[one.kid] = opening.get(one.kid, False) or one.opens
    for kid, opens in opening.items():
        if is_first and kid not in settings.DATA_ENCRYPTION_KEYS:
            raise WrongKeys(MISSING_KEY.format(kid=kid))
        if kid in kids and not opens:
            raise _other(kid)
    if INDEX in kids and not all(proof() for proof in index_proofs):
        raise _other(INDEX)


def retire(in_use: set[str]) -> list[str]:
    """Mark keys that no value needs, but the first one; returns the names of those newly retired.

    A key that a value needs again is in use again.
    """
    needed = in_use | {next(iter(settings.DATA_ENCRYPTION_KEYS)), INDEX}
    _rows().filter(kid__in=needed).exclude(retired_at=None).update(retired_at=None)
    return retire_rows(_rows().filter(retired_at=None).exclude(kid__in=needed))


def retire_rows(idle: models.QuerySet[Any]) -> list[str]:
    """Mark these rows as not needed any more; returns the names of their keys."""
    names = sorted(set(idle.values_list("kid", flat=True)))
    idle.update(retired_at=timezone.now())
    return names


# Once a process.

_has_started = False  # from then on no start tells the sentence, so the log does


def confirm() -> None:
    """Compare unless this process did. Raises WrongKeys, OperationalError without a database."""
    connection.ensure_connection()
    _confirm_on(connection)


def _confirm_on(opened: Any) -> None:
    if services.before_use is not confirm or opened.alias != DEFAULT_DB_ALIAS:
        return
    try:
        compare()
    except Exception as error:
        if _has_started:
            logger.critical("%s", error)
        opened.close()
        raise
    services.before_use = services.nothing


def _on_connection(*, connection: Any, **_kwargs: Any) -> None:
    _confirm_on(connection)


def arm() -> None:
    """Have this process compare before it works with the database or uses a key."""
    services.before_use = confirm
    connection_created.connect(_on_connection, dispatch_uid="accounts.encryption.checks")


def start() -> None:
    """Compare at the start of a process that serves, or later if the database is away.

    Raises WrongKeys.
    """
    global _has_started
    arm()
    try:
        confirm()
    except WrongKeys:
        raise
    except (OperationalError, InterfaceError) as error:
        logger.warning("keys not compared yet: %s", type(error).__name__)
    finally:
        connection.close()
        _has_started = True
