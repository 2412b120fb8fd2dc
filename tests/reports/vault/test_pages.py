"""Views that the vault answers: each view of tips is one, or is known to show no word."""

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from accounts.vault import pages

# Of these none reads words of a tip: forms that only seal, codes and states, rules and samples.
OF_WEB = {
    "admin:reports_tipreport_record", "admin:reports_tipreport_capture",
    "admin:reports_tipreport_relay", "admin:reports_tipreport_removal",
    "admin:reports_tipreport_poster", "admin:reports_conflictproposal_changelist",
    "admin:reports_identityopening_changelist",
    "tip_communes", "tip_home", "tip_form", "tip_unfound", "tip_receipt",
}  # fmt: skip
MODELS_WITHOUT_WORDS = ("clockrule", "cannedreply", "diversion")
# Of the admin for each model; those of tips lead on, or are refused.
STOCK = ("_add", "_change", "_delete", "_history")


def views(resolver: Any, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from views(one, f"{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield f"{space}{one.name}"


def of_tips(name: str) -> bool:
    app, _sep, rest = name.partition("reports_")
    if app != "admin:":
        return name.startswith("tip_")
    return not rest.startswith(MODELS_WITHOUT_WORDS) and not rest.endswith(STOCK)


def test_each_view_of_tips_is_the_vaults_or_shows_no_word():
    found = {name for name in views(get_resolver("config.urls")) if of_tips(name)}
    own = {name for name in pages.names() if not name.startswith("test_")}

    assert found - own == OF_WEB
    assert own - found == set()
