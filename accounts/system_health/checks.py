"""Parts of the ground floor: database, broker, beat, disks."""

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from accounts.audit import heads
from accounts.encryption import checks as keys
from accounts.system_health import readiness
from accounts.system_health.parts import Sign, State, Values, not_ok, part
from accounts.tasks import BEAT_HEARTBEAT_KEY
from accounts.vault import client, resealing, sealing

DISK_ALARM_BYTES: Final = 1 << 30
BEAT_LATE_S: Final = 60
HEADS_LATE_H: Final = 26
BACKUP_LATE_H: Final = 26
OWED_KEY: Final = "vault:resealing-owed"
OWED_FOR_S: Final = 600
_MIB: Final = 20
LOCAL_HOSTS: Final = ("", "localhost", "127.0.0.1", "::1")


@part(
    "database", "Cơ sở dữ liệu",
    good="Đọc và ghi bình thường.",
    signs=(
        Sign("read_only", State.BAD, "Cơ sở dữ liệu chỉ cho đọc, không cho ghi.",
             "Xem máy chủ cơ sở dữ liệu: nó có đang là bản dự phòng, hay đã bị khóa ghi."),
        Sign("error", State.BAD, "Cơ sở dữ liệu không trả lời, hoặc đĩa của nó đã đầy.",
             "Xem nhật ký và dung lượng đĩa của postgres."),
    ),
)  # fmt: skip
def database(now: datetime) -> Values:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return readiness.database() | {"version": version}


@part(
    "broker", "Hàng đợi công việc",
    good="Trả lời bình thường.",
    signs=(
        Sign("error", State.BAD, "Hàng đợi không trả lời nên không việc nào được giao.",
             "Khởi động lại valkey; việc chưa làm không mất."),
    ),
)  # fmt: skip
def broker(now: datetime) -> Values:
    return readiness.broker()


@part(
    "keys", "Khóa mã hóa",
    good="Đúng là các khóa của dữ liệu này.",
    signs=(
        Sign(not_ok, State.BAD, "Khóa không đúng với dữ liệu nên không phần nào ghi được.",
             "Xem DATA_ENCRYPTION_KEYS và BLIND_INDEX_KEY trong .env; lấy lại từ bản cất riêng."),
    ),
)  # fmt: skip
def encryption_keys(now: datetime) -> Values:
    return keys.state()


@part(
    "vault", "Kho niêm phong",
    good="Trả lời bình thường.",
    signs=(
        Sign(lambda values: not values.get("has_key", True), State.BAD,
             "Chưa có khóa của kho niêm phong nên không nhận được phản ánh nào.",
             "Tạo khóa bằng manage.py new_vault_key và làm theo lời lệnh ấy in ra."),
        Sign(not_ok, State.BAD, "Kho niêm phong không trả lời nên không mở được người báo tin.",
             "Khởi động lại vault. Phản ánh khác vẫn nhận được, tin nhắn riêng qua Zalo thì chờ."),
        Sign("seal_anew_owed", State.WARN,
             "Còn dữ liệu người báo tin chưa niêm phong bằng khóa hiện tại của kho.",
             "Chạy manage.py seal_anew ở nơi của kho; mười phút sau khi xong mục này hết báo."),
    ),
)  # fmt: skip
def vault(now: datetime) -> Values:
    has_key = sealing.can_seal()
    is_there = has_key and client.is_there()
    return {"ok": is_there, "has_key": has_key, "seal_anew_owed": has_key and _seal_anew_owed()}


def _seal_anew_owed() -> bool:
    """Whether values lie under older keys. Remembered, for every row is looked at."""
    owed = cache.get(OWED_KEY)
    if owed is None:
        owed = resealing.waiting() > 0
        cache.set(OWED_KEY, owed, OWED_FOR_S)
    return bool(owed)


def beat_age_s(now: datetime) -> int | None:
    """Seconds since beat and a periodic worker were last alive; None where nobody remembers."""
    seen = cache.get(BEAT_HEARTBEAT_KEY)
    return None if seen is None else round(now.timestamp() - seen)


@part(
    "beat", "Đồng hồ giao việc",
    good="Chạy đều.",
    signs=(
        Sign(not_ok, State.BAD, "Đồng hồ giao việc đứng quá một phút: bài mới không bắt đầu gửi.",
             "Khởi động lại beat và worker-periodic."),
    ),
)  # fmt: skip
def beat(now: datetime) -> Values:
    age = beat_age_s(now)
    return {"ok": age is not None and age < BEAT_LATE_S, "age_s": age}


@part(
    "audit_heads", "Mốc nhật ký gửi ra ngoài",
    good="Mỗi ngày một thư.",
    signs=(
        Sign(lambda values: not values.get("is_named", True), State.WARN,
             "Mốc nhật ký không ra khỏi máy chủ: chưa có địa chỉ nhận.",
             "Đặt AUDIT_HEADS_MAIL và SMTP_URL, hoặc tự giữ mốc mà verify_audit in ra."),
        Sign(not_ok, State.WARN, "Hơn 26 giờ chưa gửi được mốc nhật ký ra ngoài.",
             "Xem SMTP_URL, mạng và nhật ký của worker-periodic."),
    ),
)  # fmt: skip
def audit_heads(now: datetime) -> Values:
    age = heads.sent_h_ago(now)
    is_named = bool(settings.AUDIT_HEADS_MAIL)
    is_late = age is None or age > HEADS_LATE_H
    return {"ok": not (is_named and is_late), "is_named": is_named, "sent_h_ago": age}


def _age_h(path: str, now: datetime) -> float | None:
    try:
        return round((now.timestamp() - Path(path).stat().st_mtime) / 3600, 1)
    except OSError:
        return None


@part(
    "backup", "Bản sao lưu",
    good="Mỗi đêm một bản.",
    signs=(
        Sign(lambda values: not values.get("is_named", True), State.WARN,
             "Không biết bản sao lưu cuối cùng cũ bao lâu.",
             "Đặt BACKUP_STAMP và cho việc sao lưu chạm vào tệp đó sau mỗi lần xong."),
        Sign(not_ok, State.BAD, "Hơn 26 giờ chưa có bản sao lưu nào xong.",
             "Xem việc sao lưu hằng đêm, chỗ trống và máy nhận bản sao lưu."),
    ),
)  # fmt: skip
def backup(now: datetime) -> Values:
    """Age of the stamp that the installation names; a named one that is not there was never set."""
    is_named = bool(settings.BACKUP_STAMP)
    age = _age_h(settings.BACKUP_STAMP, now) if is_named else None
    is_late = age is None or age > BACKUP_LATE_H
    return {"ok": not (is_named and is_late), "is_named": is_named, "age_h": age}


def _takes_files(folder: Path) -> bool:
    """Whether the disk takes a block; a file without a name, so that nothing is left."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def _database_disk() -> tuple[int, int | None]:
    """Bytes of the database, and free bytes beside it where its directory is on this machine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()),"
            " (SELECT setting FROM pg_settings WHERE name = 'data_directory')"
        )
        size, directory = cursor.fetchone()
    if directory is None or connection.settings_dict["HOST"] not in LOCAL_HOSTS:
        return size, None
    try:
        return size, shutil.disk_usage(directory).free
    except OSError:
        return size, None


@part(
    "disk", "Ổ đĩa",
    good="Còn chỗ, ghi được.",
    signs=(
        Sign(lambda values: values.get("media_writable") is False, State.BAD,
             "Không ghi được tệp: ảnh, danh sách tải lên sẽ bị từ chối.",
             "Xem ổ đĩa của thư mục tệp tải lên: đầy, hay bị khóa ghi."),
        Sign(not_ok, State.BAD, "Ổ đĩa còn dưới 1 GiB.",
             "Dọn bớt bản sao lưu, ảnh máy cũ, hoặc thêm đĩa, trước khi cơ sở dữ liệu dừng."),
    ),
)  # fmt: skip
def disk(now: datetime) -> Values:
    """Space and a write test where uploads are kept; size of the database, space beside it."""
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True, exist_ok=True)
    free, writable = shutil.disk_usage(media).free, _takes_files(media)
    size, database_free = _database_disk()
    least = min(free, free if database_free is None else database_free)
    return {
        "ok": writable and least > DISK_ALARM_BYTES,
        "free_mib": free >> _MIB,
        "media_writable": writable,
        "database_mib": size >> _MIB,
        "database_free_mib": None if database_free is None else database_free >> _MIB,
    }
