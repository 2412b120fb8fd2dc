"""A server as it begins: pages imported, what lives for good left out of collections."""

import json
import os
import subprocess
import sys

from dev.places import PROJECT

BEGUN = """
import gc, json, sys
import config.wsgi
frozen = gc.get_freeze_count()
print(json.dumps({"pages": "oversight.dashboards.commune" in sys.modules, "frozen": frozen,
                  "left": len(gc.get_objects())}))
"""


def test_a_server_imports_its_pages_and_freezes_what_it_imported() -> None:
    away = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none"}
    done = subprocess.run(
        [sys.executable, "-c", BEGUN],
        cwd=PROJECT, env=away, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["pages"]
    assert found["frozen"] > 10 * found["left"]
