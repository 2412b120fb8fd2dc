"""Phrases of the search, and their worth for procedures.

Derived rows: `procedures.searching.services.refresh` makes them anew whenever their sources change.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import SharedQuerySet
from procedures.library.models import Procedure


class SearchTerm(models.Model):
    """A phrase, folded and without spaces, and its worth for one procedure.

    Without a procedure it speaks for what other offices do. Worth nothing, it only is a known word,
    which is not taken for a slip of another.
    """

    key = models.CharField(_("cụm từ"), max_length=200)
    procedure = models.ForeignKey(
        Procedure, models.CASCADE, verbose_name=_("thủ tục"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    value = models.FloatField(_("mức nặng"))

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cụm từ để tìm")
        verbose_name_plural = _("cụm từ để tìm")
        constraints = [
            # read by the search, phrase by phrase
            models.UniqueConstraint(
                fields=["key", "procedure"],
                name="search_term_once",
                nulls_distinct=False,
                violation_error_message=_("Cụm từ này đã có cho thủ tục đó."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="search_term_value_not_negative",
                violation_error_message=_("Mức nặng không được âm."),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class SearchForm(models.Model):
    """A phrase as it looks with one letter left out: two phrases that share a form are one slip
    apart."""

    form = models.CharField(_("dạng gõ thiếu"), max_length=200)
    key = models.CharField(_("cụm từ"), max_length=200)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dạng gõ nhầm")
        verbose_name_plural = _("dạng gõ nhầm")
        constraints = [
            # read by the search for phrases that it does not know
            models.UniqueConstraint(
                fields=["form", "key"],
                name="search_form_once",
                violation_error_message=_("Dạng gõ nhầm này đã có."),
            ),
        ]

    def __str__(self) -> str:
        return self.form
