"""Wiping what a tip holds: vault, words, files. The row with its number and times stays."""

from procedures.models import Question
from procedures.services import asking
from reports.models import Reporter, TipReport
from reports.models.sealed import nobodys_index
from zalo.models import InboundFile


def empty_vault(tip: TipReport) -> None:
    """Forget who told. The row stays, as long as before, like that of one who gave no name."""
    reporter: Reporter = tip.reporter
    reporter.name = reporter.phone = reporter.address = reporter.zalo_user_id = ""
    reporter.how_known = reporter.why_unnamed = ""
    reporter.zalo_index, reporter.told_with = nobodys_index(), nobodys_index()
    reporter.save()


def forget_words(tip: TipReport) -> None:
    """Remove the words of the talk, the files and the notes of steps; call with the tip locked.

    The steps themselves stay: who did what and when. The caller saves the tip.
    """
    for file in InboundFile.objects.filter(tip_attachment__tip=tip):
        _forget_inbound(file)
    waiting = tip.messages.filter(question__isnull=False)
    asking.note_not_told(waiting.values_list("question", flat=True), Question.Told.CLOSED)
    for part in ("messages", "attachments", "sealed_texts"):
        getattr(tip, part).all().delete()
    for event in tip.events.exclude(note=""):
        event.note = ""
        event.save(update_fields=["note"])
    for opening in tip.openings.all():
        opening.reason = opening.refusal = ""
        opening.save(update_fields=["reason", "refusal"])
    for referral in tip.referrals.all():
        referral.told_quickly_to = referral.refusal = ""
        referral.save(update_fields=["told_quickly_to", "refusal"])
    tip.summary = tip.place = tip.occurred_words = tip.outcome = tip.relayed_through = ""
    tip.search_tokens = []


def _forget_inbound(file: InboundFile) -> None:
    """What Zalo's copy left here goes too, fetched or not."""
    file.content, file.state, file.next_attempt_at = None, InboundFile.State.GONE, None
    file.url = file.name = file.digest = file.checksum = ""
    file.content_type, file.size = "", 0
    file.save()
