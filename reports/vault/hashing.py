"""Hashes of before the vault, made anew with the key that it alone has; part of `seal_anew`.

Until it has run the vault looks for rows by both. Each hash is exchanged only where the row still
has the old one, so that who withdraws meanwhile stays forgotten.
"""

from collections.abc import Callable

from accounts.encryption.services import blind_index
from accounts.vault.resealing import batches, register
from reports.tips.models import TipReport
from reports.tips.search import tokens
from reports.vault.models import (
    OF_PERSON,
    OF_TELLING,
    Reporter,
    index_of_reporter,
    index_of_telling,
)


def persons(*, is_stopped: Callable[[], bool]) -> int:
    """Hash anew who has a Zalo account; returns how many rows."""
    done = 0
    rows = Reporter.objects.only("uuid", "zalo_user_id", "zalo_index")
    for batch in batches(rows, is_stopped=is_stopped):
        for row in batch:
            person = row.zalo_user_id
            old = blind_index(person, purpose=OF_PERSON) if person else ""
            if row.zalo_index == old:
                same = Reporter.objects.filter(pk=row.pk, zalo_index=old)
                done += same.update(zalo_index=index_of_reporter(person))
    return done


def tellings(*, is_stopped: Callable[[], bool]) -> int:
    """Hash anew which tips were split from which; returns how many rows."""
    done = 0
    for batch in batches(TipReport.objects.only("uuid"), is_stopped=is_stopped):
        new = {blind_index(str(tip.uuid), purpose=OF_TELLING): tip for tip in batch}
        rows = Reporter.objects.filter(told_with__in=list(new))
        for pk, old in list(rows.values_list("pk", "told_with")):
            same = Reporter.objects.filter(pk=pk, told_with=old)
            done += same.update(told_with=index_of_telling(new[old]))
    return done


def words(*, is_stopped: Callable[[], bool]) -> int:
    """Make search tokens anew; returns of how many tips. Also where a summary was written without
    the key."""
    done = 0
    rows = TipReport.objects.exclude(summary="")
    for batch in batches(
        rows.only("uuid", "summary", "place", "search_tokens"), is_stopped=is_stopped
    ):
        for tip in batch:
            made, old = tokens(f"{tip.summary} {tip.place}"), tip.search_tokens
            if made != old:
                same = TipReport.objects.filter(pk=tip.pk, search_tokens=old)
                done += same.update(search_tokens=made)
    return done


register("reports_reporter.zalo_index", persons)
register("reports_reporter.told_with", tellings)
register("reports_tipreport.search_tokens", words)
