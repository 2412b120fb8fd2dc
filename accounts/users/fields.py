"""Model fields that name an account."""

from typing import Any

from django.db import models

from accounts.key_fields import optional_key
from accounts.users.models import User


def user_field(label: Any, **options: Any) -> "models.ForeignKey[User | None, User | None]":
    """Optional foreign key to the account behind a step; protected, without a reverse relation."""
    return optional_key(User, label, **options)
