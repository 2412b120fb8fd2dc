"""Make the practice portal beside the real one, or make it anew."""

import time
from argparse import ArgumentParser
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from accounts.models import User
from broadcasts.demo import practice, seed, stage
from broadcasts.management.commands.seed_demo import DEFAULT_OA_ID
from zalo.client.errors import ZaloError

PATIENCE_S: Final = 60
NOT_HERE: Final = (
    "Lệnh này chỉ chạy với cấu hình của cổng tập: DJANGO_SETTINGS_MODULE=config.settings_practice."
)
FOREIGN: Final = (
    "Cơ sở dữ liệu {name} không do lệnh này lập nên không đụng tới. Hãy đặt PRACTICE_DATABASE_URL "
    "là một cơ sở dữ liệu trống."
)


class Command(BaseCommand):
    help = (
        "Lập cổng tập bên cạnh cổng thật: xã hư cấu, tài khoản của cổng thật không kèm mật khẩu, "
        "Zalo giả lập. Không gửi gì ra ngoài, không đụng dữ liệu thật."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="xóa hết cổng tập rồi lập lại")
        parser.add_argument(
            "--slips", nargs="*", metavar="TÊN",
            help="in phiếu mật khẩu, một lần: cho ai chưa có, hoặc cấp lại cho các tên này",
        )  # fmt: skip
        parser.add_argument(
            "--without-zalo", action="store_true", help="không nối với Zalo giả lập lần này"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PRACTICE:
            raise CommandError(NOT_HERE)
        _refuse_the_real_one()
        self._open()
        try:
            if options["reset"]:
                practice.drop_everything()
                _forget_keys()
                self.stdout.write("Đã xóa hết dữ liệu của cổng tập.")
            practice.take_over()
        except practice.NotForPractice as refusal:
            raise CommandError(FOREIGN.format(name=refusal)) from refusal
        call_command("migrate", interactive=False, verbosity=0)
        call_command("sync_roles", stdout=self.stdout)
        users = self._fill()
        if not options["without_zalo"]:
            self._connect()
        if options["slips"] is not None:
            self._hand_out(users, options["slips"])

    def _open(self) -> None:
        """Connect; make the database first where there is none."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            if not settings.PRACTICE_ADMIN_URL:
                raise CommandError(f"không mở được cơ sở dữ liệu: {error}") from error
            own = connection.settings_dict
            practice.make_database(
                settings.PRACTICE_ADMIN_URL,
                role=own["USER"], password=own["PASSWORD"], name=own["NAME"],
            )  # fmt: skip

    def _fill(self) -> list[User]:
        """The commune, and the accounts that people get slips for."""
        seeded = seed(oa_id=DEFAULT_OA_ID)
        if seeded.is_new:
            practice.lock_colleagues()
            stage.let_matters_be_old()
        state = "Đã lập" if seeded.is_new else "Đã có sẵn"
        self.stdout.write(f"{state} {seeded.commune} (hư cấu).")
        people: list[practice.Person] = []
        if settings.PRACTICE_ACCOUNTS_FROM:
            try:
                people = practice.people_of(settings.PRACTICE_ACCOUNTS_FROM)
            except psycopg.Error as error:
                raise CommandError("không đọc được danh sách tài khoản của cổng thật.") from error
        users = practice.copy_accounts(seeded.commune, people)
        self.stdout.write(
            f"{len(users)} tài khoản chép từ cổng thật: tên và vai trò, không kèm mật khẩu."
        )
        return users + practice.colleagues_for({person.role for person in people})

    def _connect(self) -> None:
        """Tell the simulated Zalo of groups and people, and take its tokens; it may still start."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            try:
                groups, followers = stage.show_groups(), stage.show_followers()
                pair = stage.ask("tokens", {"action": "show"})
                break
            except (ZaloError, stage.Refused) as error:
                if time.monotonic() > ends:
                    raise CommandError(
                        f"Zalo giả lập ở {settings.ZALO_API_URL} không trả lời ({error}). Hãy khởi "
                        "động nó rồi chạy lại lệnh này."
                    ) from error
                time.sleep(1)
        call_command(
            "zalo_connect", oa_id=DEFAULT_OA_ID, access_token=pair["access_token"],
            refresh_token=pair["refresh_token"], replace=True, stdout=self.stdout,
        )  # fmt: skip
        self.stdout.write(f"Zalo giả lập có {groups} nhóm, {followers} người quan tâm.")

    def _hand_out(self, users: list[User], names: list[str]) -> None:
        if names:
            users = list(User.objects.filter(username__in=names))
            if missing := set(names) - {user.username for user in users}:
                raise CommandError(f"không có tài khoản: {', '.join(sorted(missing))}.")
        slips = practice.slips_for(users, anew=bool(names))
        if not slips:
            self.stdout.write("Ai cũng đã có mật khẩu. Cấp lại: --slips TÊN.")
            return
        self.stdout.write("Phiếu vào cổng tập: cắt ra, đưa tận tay; không xem lại được.")
        for slip in slips:
            self.stdout.write(f"----\nCỔNG TẬP  {slip.name} ({slip.role})")
            self.stdout.write(f"  Tên đăng nhập: {slip.username}")
            self.stdout.write(f"  Mật khẩu lần đầu: {slip.password}")


def _refuse_the_real_one() -> None:
    """The name was asked by the settings; here, that it is not the one accounts come from."""
    own, source = connection.settings_dict, urlsplit(settings.PRACTICE_ACCOUNTS_FROM)
    places = (own["HOST"], int(own["PORT"] or 5432)), (source.hostname, source.port or 5432)
    if places[0] == places[1] and source.path.lstrip("/") == own["NAME"]:
        raise CommandError(FOREIGN.format(name=own["NAME"]))


def _forget_keys() -> None:
    """Delete what the practice portal has in Redis, by its own prefix alone."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(match=f"{settings.REDIS_KEY_PREFIX}:*", count=500):
            client.delete(key)
