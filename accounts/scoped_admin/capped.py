"""Pages of lists whose rows may be a million."""

import json
from typing import Any

from django.core.paginator import Page, Paginator

COUNT_CAP = 10_000


class CappedPaginator(Paginator):
    """Counts what lies in a place up to a cap, and takes the planner's estimate of a whole table.

    An exact count of a million rows costs more than the page itself. A page is found by its ids
    first, so that what lies before it is read in an index alone.
    """

    @property
    def count(self) -> int:  # type: ignore[override]
        if not hasattr(self, "_count"):
            self._count = self._estimate() or self._capped_count()
        return self._count

    def page(self, number: Any) -> Page:
        page = super().page(number)
        if self.object_list.query.distinct:  # compares what it orders by, not ids alone
            return page
        ids = page.object_list.select_related(None).values("pk")  # type: ignore[union-attr]
        page.object_list = self.object_list.filter(pk__in=ids)
        return page

    def _estimate(self) -> int:
        rows = self.object_list.order_by().select_related(None).values("pk")
        if rows.query.is_empty() or rows.query.distinct or len(rows.query.alias_map) > 1:
            return 0
        plan = rows.explain(format="json")
        estimate = int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0
        return estimate if estimate > COUNT_CAP else 0

    def _capped_count(self) -> int:
        return int(self.object_list.order_by()[:COUNT_CAP].count())
