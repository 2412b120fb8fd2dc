from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.users.roles import sync_roles


class Command(BaseCommand):
    help = "Ghi bảng vai trò và quyền vào cơ sở dữ liệu. Chạy lại nhiều lần không sao."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = sync_roles()
        except LookupError as error:
            raise CommandError(f"Bảng vai trò có quyền chưa tồn tại: {error}") from error
        for label, count in counts.items():
            self.stdout.write(f"{label}: {count} quyền")
