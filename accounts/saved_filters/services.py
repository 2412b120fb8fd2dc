"""Save a combination of filters under a name, and forget it."""

from typing import Final

from django.db import IntegrityError, transaction

from accounts.saved_filters.models import SavedFilter
from accounts.users.models import User
from accounts.workflow.declaration import NotAllowed

MOST: Final = 10


@transaction.atomic
def save(user: User, listed: str, *, name: str, query: str) -> SavedFilter:
    """Save the choices of one list for one account; a name that is there gets the new ones.

    The caller has found the query among what the list allows. Raises NotAllowed with a sentence.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two taps, one after the other
    name, rows = " ".join(name.split()), SavedFilter.objects.of_list(user, listed)
    longest = SavedFilter._meta.get_field("name").max_length or 0
    if not name or len(name) > longest:
        raise NotAllowed(f"Đặt cho bộ lọc một tên ngắn, nhiều nhất {longest} chữ.")
    saved = rows.filter(name=name).first() or SavedFilter(user=user, listed=listed, name=name)
    if saved.pk is None and rows.count() >= MOST:
        raise NotAllowed(f"Mỗi danh sách lưu nhiều nhất {MOST} bộ lọc. Hãy bỏ bớt một bộ lọc cũ.")
    saved.query = query
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise NotAllowed("Bộ lọc này đã được lưu với tên khác.") from error
    return saved


def forget(saved: SavedFilter) -> None:
    saved.delete()
