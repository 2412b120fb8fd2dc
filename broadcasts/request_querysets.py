"""Reads of requests for posts: whose they are, how far they have come, what is due."""

from datetime import date, timedelta
from typing import Any, Self

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When

from accounts.querysets import CommuneScopedQuerySet
from broadcasts.querysets import folded
from groups.vietnamese import fold

SOON_DAYS = 3
ENDED_POSTS = ("rejected", "cancelled")


class PostRequestQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those who answer see all of their commune; those who ask see what they asked for."""
        rows = super().visible_to(user)
        if not user.has_perm("broadcasts.view_postrequest"):
            return rows.none()
        if user.has_perm("broadcasts.answer_postrequest"):
            return rows
        return rows.filter(created_by=user.pk)

    def with_state(self) -> Self:
        """`state`, read from what is there: how it was closed, its posts, who took it."""
        posts: Any = self.model._meta.get_field("posts").related_model
        own = posts._default_manager.filter(request=OuterRef("pk"))
        state = self.model.State
        return self.annotate(
            state=Case(
                When(~Q(closed_as=""), then=F("closed_as")),
                When(Exists(own.filter(status__in=posts.UNDER_APPROVAL)), then=Value(state.POSTED)),
                When(
                    Q(taken_at__isnull=False) | Exists(own.exclude(status__in=ENDED_POSTS)),
                    then=Value(state.WRITING),
                ),
                default=Value(state.RECEIVED),
                output_field=CharField(),
            )
        )

    def search(self, text: str) -> Self:
        """By what is to be said or by the number of the document, with or without marks."""
        asked = fold(text)
        rows = self.alias(title_folded=folded("title"), number_folded=folded("document_number"))
        return rows.filter(Q(title_folded__contains=asked) | Q(number_folded__contains=asked))

    def open(self) -> Self:
        return self.filter(closed_as="")

    def unanswered(self) -> Self:
        """Open, and nothing has been approved for it yet."""
        return self.open().with_state().exclude(state=self.model.State.POSTED)

    def overdue(self, today: date) -> Self:
        """Unanswered, and past the day."""
        return self.unanswered().filter(due_on__lt=today)

    def due_soon(self, today: date) -> Self:
        """Unanswered, and due within three days."""
        return self.unanswered().filter(
            due_on__range=(today, today + timedelta(days=SOON_DAYS))
        )  # fmt: skip

    def by_need(self) -> Self:
        """What is due first; without a day last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "created_at", "pk")
