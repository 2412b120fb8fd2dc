"""The number of a draft: the same content keeps it, changed content gets the next."""

from dataclasses import replace

from django.db import transaction

from accounts.encryption import blind_index
from accounts.models import Commune, PaperDraft
from accounts.papers.content import Paper


@transaction.atomic
def numbered(paper: Paper, *, commune: Commune, about: str) -> Paper:
    """The paper with its number as a draft. `about` names the paper within the commune.

    Who takes it and when is no part of the content; nor is the number of before. The hash is keyed,
    so that nobody can try words on it.
    """
    PaperDraft.objects.get_or_create(commune=commune, about=about)
    row = PaperDraft.objects.select_for_update(of=("self",)).get(commune=commune, about=about)
    digest = blind_index(repr(replace(paper, draft=0, mark="")), purpose="accounts.paper_draft")
    if row.digest != digest:
        row.number, row.digest = row.number + 1, digest
        row.save(update_fields=["number", "digest", "made_at"])
    return replace(paper, draft=row.number)
