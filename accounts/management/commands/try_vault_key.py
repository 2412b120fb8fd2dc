from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.vault import checks, paper_keys, sealing
from accounts.vault.errors import NoVaultKey


class Command(BaseCommand):
    help = (
        "Hỏi hai tờ giấy của khóa kho niêm phong và thử: ghép lại có đúng là khóa đang dùng, có mở "
        "được dữ liệu ở cơ sở dữ liệu này không. Không in khóa, không cần môi trường của kho."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kid, private = paper_keys.join(*paper_keys.ask())
            current = sealing.current_kid()
        except (paper_keys.Unreadable, NoVaultKey) as error:
            raise CommandError(str(error)) from error
        if not checks.is_known(kid, private):
            raise CommandError(
                f"Hai tờ ghép được thành khóa “{kid}”, nhưng khóa đó không mở được dữ liệu ở đây."
            )
        public = settings.VAULT_PUBLIC_KEYS.get(kid)
        if kid != current or public != sealing.public_part(private):
            raise CommandError(
                f"Hai tờ là của khóa “{kid}”, mở được dữ liệu cũ ở đây; khóa đang niêm phong là "
                f"“{current}”. Hãy thử hai tờ của khóa đó."
            )
        self.stdout.write(
            f"Hai tờ ghép lại đúng là khóa “{kid}” đang dùng, và mở được dữ liệu ở đây."
        )
