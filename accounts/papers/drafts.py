"""The number of a draft: the same content keeps it, changed content gets the next."""

import hashlib
from dataclasses import replace

from django.db import transaction

from accounts.models import Commune, PaperDraft
from accounts.papers.content import Paper


@transaction.atomic
def numbered(paper: Paper, *, commune: Commune, about: str) -> Paper:
    """The paper with its number as a draft. `about` names the paper within the commune.

    Who takes it and when is no part of the content; nor is the number of before.
    """
    PaperDraft.objects.get_or_create(commune=commune, about=about)
    row = PaperDraft.objects.select_for_update(of=("self",)).get(commune=commune, about=about)
    digest = hashlib.sha256(repr(replace(paper, draft=0, mark="")).encode()).hexdigest()
    if row.digest != digest:
        row.number, row.digest = row.number + 1, digest
        row.save(update_fields=["number", "digest", "made_at"])
    return replace(paper, draft=row.number)
