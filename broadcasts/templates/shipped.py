"""Load the topics and templates that come with the portal from `shipped.toml`.

Communes change their own templates.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any, Final

_FILE: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_SENTENCES: Final = {name: _FILE[name] for name in ("on_duty", "officer")}
TOPICS: Final[list[dict[str, str]]] = _FILE["topics"]
# By column of PostTemplate; `topic` is the code of one.
TEMPLATES: Final = [
    {name: Template(text).substitute(_SENTENCES) for name, text in row.items()}
    for row in _FILE["templates"]
]


def load(get_model: Callable[[str], Any]) -> None:
    """Bring the topics up to date and add missing templates; a changed template stays."""
    topics = {}
    for place, row in enumerate(TOPICS, 1):
        topics[row["code"]], _is_new = get_model("Topic").objects.update_or_create(
            code=row["code"], defaults={**row, "order": place * 10}
        )
    templates = get_model("PostTemplate").objects
    for row in TEMPLATES:
        values = {**row, "topic": topics[row["topic"]]}
        templates.get_or_create(commune=None, code=row["code"], version=1, defaults=values)
