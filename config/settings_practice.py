"""Settings of the practice portal: the same program beside the real one, from which nothing leaves.

Database, keys, files, cookies and colour are its own; all keys follow from PRACTICE_SECRET, for
what they guard is made up. `manage.py practice` makes its data.
"""

import base64
import hashlib
import hmac
import os

import environ
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from config.environment import practice_database, practice_secret

env = environ.Env()
SECRET = practice_secret(env.ENVIRON, "PRACTICE_SECRET")
DATABASE_URL = practice_database(env.ENVIRON, "PRACTICE_DATABASE_URL")
ZALO_URL = env.str("PRACTICE_ZALO_URL", default="") or "http://127.0.0.1:8095"


def _key(name: str) -> bytes:
    return hmac.new(SECRET.encode(), name.encode(), hashlib.sha256).digest()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


_public = X25519PrivateKey.from_private_bytes(_key("vault")).public_key().public_bytes_raw()
# Ways out that an installation may name; here none is open, whatever `.env` says.
for name in (
    "VAPID_PRIVATE_KEY", "VAPID_SUBJECT", "PUSH_HOSTS", "MAIL_FROM", "AUDIT_HEADS_MAIL", "SMTP_URL",
    "SMS_URL", "SMS_HEADERS", "SMS_FIELDS", "HEARTBEAT_URL", "BACKUP_STAMP", "VAULT_SOCKET",
    "VAULT_LOG", "ZALO_VERIFIER",
):  # fmt: skip
    os.environ.pop(name, None)
os.environ.update(
    SECRET_KEY=_text(_key("signatures")),
    DATA_ENCRYPTION_KEYS=f"practice1:{_text(_key('data'))}",
    BLIND_INDEX_KEY=_text(_key("index")),
    VAULT_PUBLIC_KEY=f"practice1:{_text(_public)}",
    VAULT_KEYS=f"practice1:{_text(_key('vault'))}",
    VAULT_INDEX_KEY=_text(_key("vault index")),
    DATABASE_URL=DATABASE_URL,
    REDIS_KEY_PREFIX=f"{os.environ.get('REDIS_KEY_PREFIX') or 'binhyen'}-practice",
    SECOND_FACTOR_REQUIRED="0",
    ZALO_APP_ID=str(int.from_bytes(_key("application")[:7])),
    ZALO_APP_SECRET=_key("application secret").hex()[:20],
    ZALO_OA_SECRET_KEY=_key("webhook").hex()[:20],
    ZALO_API_URL=ZALO_URL,
    ZALO_OAUTH_URL=ZALO_URL,
)

from config.settings import *  # noqa: E402, F403 -- the names above must be set first

PRACTICE = True
# From which database names and roles of accounts are copied, and by whom the own one is made.
PRACTICE_ACCOUNTS_FROM = env.str("PRACTICE_ACCOUNTS_FROM", default="")
PRACTICE_ADMIN_URL = env.str("PRACTICE_ADMIN_URL", default="")
EMAIL_BACKEND = "config.practice.NoMail"
MIDDLEWARE.insert(0, "config.practice.BandMiddleware")
MEDIA_ROOT = MEDIA_ROOT.with_name(f"{MEDIA_ROOT.name}-practice")
WITNESS_DIR = WITNESS_DIR.with_name(f"{WITNESS_DIR.name}-practice")
# Of the same host as the real portal, whose cookies these must not touch.
for cookie in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEVICE_COOKIE_NAME"):
    vars()[cookie] = vars()[cookie].replace("binhyen_", "tap_binhyen_")
UNFOLD["SITE_TITLE"] = UNFOLD["SITE_HEADER"] = "CỔNG TẬP"
UNFOLD["COLORS"] = {"primary": {
    "50": "#faf5ff", "100": "#f3e8ff", "200": "#e9d5ff", "300": "#d8b4fe", "400": "#c084fc",
    "500": "#a855f7", "600": "#7e22ce", "700": "#6b21a8", "800": "#581c87", "900": "#3b0764",
    "950": "#2e0250",
}}  # fmt: skip
