"""Scripts that time the product beside a limit taken in the same run (docs/benchmarks.md).

Importing the package sets Django up with throw-away secrets and with keys of its own in Redis, so
that a script may import models at its top. Nothing imports this but the scripts and their test.
"""

import os

import django
from django.apps import apps

if not apps.ready:
    for _name, _value in {
        "SECRET_KEY": "only-for-benchmarks-" * 3,
        "DATA_ENCRYPTION_KEYS": f"b1:{'AQEB' * 10}AQE=",
        "BLIND_INDEX_KEY": "only-for-benchmarks-" * 3,
        "VAULT_PUBLIC_KEY": "b1:UKYUCbHd0DJemxa3AOcZ6XcsBwALG9d4bpB8ZT0gSV0=",
        "VAULT_KEYS": f"b1:{'BQUF' * 10}BQU=",
        "VAULT_INDEX_KEY": "only-for-benchmarks-" * 3,
        "LOG_LEVEL": "WARNING",
    }.items():
        os.environ.setdefault(_name, _value)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        REDIS_KEY_PREFIX=f"binhyen-bench-{os.getpid()}",
        SECOND_FACTOR_REQUIRED="0",
        VAULT_TIPS_AN_HOUR="1000000",  # of two accounts that open every page again and again
        VAULT_TIPS_TOGETHER_AN_HOUR="1000000",
        ZALO_APP_ID="1000000000000000001",
        ZALO_APP_SECRET="only-for-benchmarks",  # noqa: S106 -- nothing knows it but the stub
        ZALO_API_URL="http://127.0.0.1:9",
        ZALO_OAUTH_URL="http://127.0.0.1:9",
    )
    django.setup()
