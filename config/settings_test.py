"""Settings of the tests: the same, with throw-away secrets and nothing that leaves the machine."""

import os
import tempfile
from pathlib import Path

for name, value in {
    "SECRET_KEY": "only-for-tests-" * 4,
    "DATA_ENCRYPTION_KEYS": f"t2:{'AgIC' * 10}AgI=,t1:{'AQEB' * 10}AQE=",
    "BLIND_INDEX_KEY": "only-for-tests-" * 4,
    "VAULT_PUBLIC_KEY": "v2:UKYUCbHd0DJemxa3AOcZ6XcsBwALG9d4bpB8ZT0gSV0=",
    # Of tests that start no vault of their own: calls are answered in the process of the test.
    "VAULT_KEYS": f"v2:{'BQUF' * 10}BQU=,v1:{'BgYG' * 10}BgY=",
    "VAULT_INDEX_KEY": "only-for-tests-of-the-vault-" * 2,
    "ZALO_APP_ID": "1000000000000000001",
    "ZALO_APP_SECRET": "only-for-tests",
}.items():
    os.environ.setdefault(name, value)
os.environ.update(
    DEBUG="0",
    REDIS_KEY_PREFIX="binhyen-test",
    SECOND_FACTOR_REQUIRED="0",  # tests of the second step switch it on
    ZALO_API_URL="http://127.0.0.1:9",
    ZALO_OAUTH_URL="http://127.0.0.1:9",
    WITNESS_DIR=str(Path(tempfile.gettempdir()) / f"binhyen-witness-{os.getpid()}"),
)

from config.settings import *  # noqa: E402, F403 -- the names above must be set first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
RECEIPT_HASH_MEMORY_KIB, RECEIPT_HASH_PASSES = 64, 1  # as fast as it can be
