from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import database_roles


class Command(BaseCommand):
    help = (
        "Lập các vai trò của PostgreSQL cho migrate, web và bộ phận chạy nền, và quyền của chúng. "
        "Chạy lại nhiều lần không sao."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            roles = database_roles.prepare(settings.DATABASE_ROLE_PASSWORDS)
        except database_roles.NotAllowed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Đã đặt quyền cho: {', '.join(roles.logins.values())}.")
