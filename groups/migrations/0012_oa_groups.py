import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import groups.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_audit_whole_trail_permission"),
        ("groups", "0011_national_ids"),
        ("zalo", "0003_group_assets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupAtZalo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unknown", "Chưa hỏi Zalo"),
                            ("enabled", "Đang mở"),
                            ("disabled", "Bị khóa vì gói hết hạn"),
                            ("gone", "Không còn trên Zalo"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="tình trạng trên Zalo",
                    ),
                ),
                (
                    "disabled_on",
                    models.DateField(blank=True, null=True, verbose_name="bị khóa từ ngày"),
                ),
                (
                    "deletes_on",
                    models.DateField(blank=True, null=True, verbose_name="Zalo giải tán ngày"),
                ),
                ("is_held", models.BooleanField(default=False, verbose_name="máy tạm dừng")),
                (
                    "name",
                    groups.fields.CleanCharField(
                        blank=True, max_length=100, verbose_name="tên trên Zalo"
                    ),
                ),
                (
                    "description",
                    groups.fields.CleanCharField(
                        blank=True, max_length=500, verbose_name="mô tả trên Zalo"
                    ),
                ),
                (
                    "is_send_locked",
                    models.BooleanField(blank=True, null=True, verbose_name="khóa gửi tin"),
                ),
                (
                    "needs_approval",
                    models.BooleanField(blank=True, null=True, verbose_name="duyệt người vào"),
                ),
                (
                    "shows_history",
                    models.BooleanField(blank=True, null=True, verbose_name="xem được tin cũ"),
                ),
                (
                    "is_link_open",
                    models.BooleanField(blank=True, null=True, verbose_name="vào bằng liên kết"),
                ),
                (
                    "waiting",
                    models.PositiveIntegerField(default=0, verbose_name="số người xin vào"),
                ),
                (
                    "waiting_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="xin vào từ"),
                ),
                ("wants_look", models.BooleanField(default=False, verbose_name="cần đối chiếu")),
                (
                    "checked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="hỏi Zalo lúc"),
                ),
            ],
            options={
                "verbose_name": "nhóm theo Zalo",
                "verbose_name_plural": "nhóm theo Zalo",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="GroupCreation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", groups.fields.CleanCharField(max_length=30, verbose_name="tên đã gửi")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asking", "Đang gọi Zalo"),
                            ("made", "Đã tạo"),
                            ("refused", "Không tạo được"),
                            ("uncertain", "Chưa rõ đã tạo hay chưa"),
                        ],
                        default="asking",
                        max_length=10,
                        verbose_name="kết quả",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="gọi Zalo lúc"
                    ),
                ),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="rõ kết quả lúc"),
                ),
                (
                    "zalo_group_id",
                    models.CharField(blank=True, max_length=64, verbose_name="mã nhóm trên Zalo"),
                ),
                ("problem", models.CharField(blank=True, max_length=255, verbose_name="lý do")),
            ],
            options={
                "verbose_name": "lần tạo nhóm trên Zalo",
                "verbose_name_plural": "các lần tạo nhóm trên Zalo",
                "ordering": ["-asked_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="GroupReconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "day",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="ngày"),
                ),
                ("is_nightly", models.BooleanField(default=False, verbose_name="tự chạy ban đêm")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Chờ chạy"),
                            ("running", "Đang đối chiếu"),
                            ("done", "Đã đối chiếu"),
                            ("failed", "Chưa đối chiếu được"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="yêu cầu lúc"
                    ),
                ),
                (
                    "beat_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="còn chạy lúc"
                    ),
                ),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="xong lúc"),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="số lần chạy"
                    ),
                ),
                (
                    "groups_seen",
                    models.PositiveIntegerField(default=0, verbose_name="số nhóm trên Zalo"),
                ),
                ("problem", models.CharField(blank=True, max_length=255, verbose_name="vướng mắc")),
            ],
            options={
                "verbose_name": "lần đối chiếu nhóm",
                "verbose_name_plural": "đối chiếu nhóm với Zalo",
                "ordering": ["-created_at", "-pk"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="ReconciliationLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "zalo_group_id",
                    models.CharField(max_length=64, verbose_name="mã nhóm trên Zalo"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "Nhóm mới trên Zalo"),
                            ("gone", "Không còn trên Zalo"),
                            ("disabled", "Bị Zalo khóa"),
                            ("enabled", "Được mở lại"),
                            ("renamed", "Tên khác"),
                            ("switch", "Cài đặt khác"),
                            ("link", "Liên kết khác"),
                            ("asset", "Gói nhóm khác"),
                            ("heads", "Số người"),
                            ("joined", "Người trong danh sách đã vào"),
                            ("left", "Người trong danh sách đã rời"),
                        ],
                        max_length=10,
                        verbose_name="khác ở",
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=20, verbose_name="cài đặt")),
                ("ours", models.CharField(blank=True, max_length=255, verbose_name="cổng ghi")),
                (
                    "theirs",
                    models.CharField(blank=True, max_length=255, verbose_name="Zalo cho biết"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("taken", "Đã ghi theo Zalo"),
                            ("open", "Chờ quyết định"),
                            ("adopted", "Đã nhận về cổng"),
                            ("ignored", "Đã bỏ qua"),
                            ("accepted", "Đã theo Zalo"),
                            ("restored", "Đã đặt lại trên Zalo"),
                            ("passed", "Không còn khác"),
                        ],
                        default="taken",
                        max_length=10,
                        verbose_name="kết quả",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="quyết định lúc"),
                ),
            ],
            options={
                "verbose_name": "điểm khác",
                "verbose_name_plural": "các điểm khác",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="zalogroup",
            options={
                "ordering": ["search_text", "pk"],
                "permissions": [
                    ("override_activation", "Cho nhóm hoạt động khi chưa có quy chế"),
                    ("tend_zalogroup", "Ghi số người, liên kết, quy chế đã ghim của nhóm"),
                    (
                        "run_oa_group",
                        "Tạo nhóm trên Zalo, đổi cài đặt, duyệt người vào nhóm của OA",
                    ),
                    ("import_zalogroup", "Nhập danh sách nhóm từ tệp"),
                    ("export_zalogroup", "Xuất danh sách nhóm ra tệp"),
                ],
                "verbose_name": "nhóm Zalo",
                "verbose_name_plural": "nhóm Zalo",
            },
        ),
        migrations.AddField(
            model_name="officer",
            name="zalo_user_id",
            field=groups.fields.CleanCharField(
                blank=True,
                help_text="Để trống nếu không làm quản trị viên, phó nhóm của nhóm OA. Mã chỉ có ở trang quản lý OA, không phải số điện thoại.",
                max_length=64,
                verbose_name="mã người dùng Zalo",
            ),
        ),
        migrations.AddField(
            model_name="zalogroup",
            name="is_link_public",
            field=models.BooleanField(
                default=False,
                help_text="Bật thì liên kết và tờ QR có trên trang công khai “Nhóm chính thức”; ai cũng xin vào được. Tắt thì trang đó chỉ ghi tên nhóm.",
                verbose_name="công khai liên kết",
            ),
        ),
        migrations.AlterField(
            model_name="zalogroup",
            name="head_count",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="số người trong nhóm"
            ),
        ),
        migrations.AlterField(
            model_name="zalogroup",
            name="head_count_on",
            field=models.DateField(blank=True, null=True, verbose_name="số người của ngày"),
        ),
        migrations.AddConstraint(
            model_name="zalogroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_link_public", False),
                    models.Q(("link", ""), _negated=True),
                    _connector="OR",
                ),
                name="zalogroup_public_link_is_there",
                violation_error_message="Chưa có liên kết thì chưa công khai được.",
            ),
        ),
        migrations.AddField(
            model_name="groupatzalo",
            name="asset",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="zalo.groupasset",
                verbose_name="gói nhóm",
            ),
        ),
        migrations.AddField(
            model_name="groupatzalo",
            name="group",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="at_zalo",
                to="groups.zalogroup",
                verbose_name="nhóm Zalo",
            ),
        ),
        migrations.AddField(
            model_name="groupcreation",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người tạo",
            ),
        ),
        migrations.AddField(
            model_name="groupcreation",
            name="asset",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="zalo.groupasset",
                verbose_name="gói nhóm",
            ),
        ),
        migrations.AddField(
            model_name="groupcreation",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="creations",
                to="groups.zalogroup",
                verbose_name="nhóm Zalo",
            ),
        ),
        migrations.AddField(
            model_name="groupreconciliation",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người yêu cầu",
            ),
        ),
        migrations.AddField(
            model_name="groupreconciliation",
            name="commune",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="group_reconciliations",
                to="accounts.commune",
                verbose_name="xã, phường",
            ),
        ),
        migrations.AddField(
            model_name="reconciliationline",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người quyết định",
            ),
        ),
        migrations.AddField(
            model_name="reconciliationline",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="differences",
                to="groups.zalogroup",
                verbose_name="nhóm Zalo",
            ),
        ),
        migrations.AddField(
            model_name="reconciliationline",
            name="reconciliation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="groups.groupreconciliation",
                verbose_name="lần đối chiếu",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupatzalo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "disabled"), _negated=True),
                    ("disabled_on__isnull", False),
                    _connector="OR",
                ),
                name="groupatzalo_disabled_has_day",
                violation_error_message="Nhóm bị khóa phải có ngày bị khóa.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupatzalo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_held", False), ("status__in", ["disabled", "gone"]), _connector="OR"
                ),
                name="groupatzalo_held_for_a_reason",
                violation_error_message="Máy chỉ tạm dừng nhóm mà Zalo không nhận bài.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupcreation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asking", "uncertain"])),
                fields=("group",),
                name="groupcreation_one_open",
                violation_error_message="Nhóm này đang có một lần tạo chưa rõ kết quả.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupcreation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "made"), _negated=True),
                    models.Q(("zalo_group_id", ""), _negated=True),
                    _connector="OR",
                ),
                name="groupcreation_made_has_id",
                violation_error_message="Nhóm đã tạo phải có mã do Zalo cấp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupreconciliation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "running"])),
                fields=("commune",),
                name="groupreconciliation_one_open",
                violation_error_message="Đang có một lần đối chiếu chưa xong.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupreconciliation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_nightly", True)),
                fields=("commune", "day"),
                name="groupreconciliation_once_a_night",
                violation_error_message="Đêm nay đã đối chiếu rồi.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupreconciliation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None),
                    ("finished_at__gte", models.F("created_at")),
                    _connector="OR",
                ),
                name="groupreconciliation_ends_after_start",
                violation_error_message="Giờ xong không thể trước giờ bắt đầu.",
            ),
        ),
        migrations.AddIndex(
            model_name="reconciliationline",
            index=models.Index(
                condition=models.Q(("outcome", "open")),
                fields=["zalo_group_id"],
                name="difference_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliationline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["taken", "open", "passed"]),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="reconciliationline_decided_by_someone",
                violation_error_message="Hãy ghi ai quyết định và quyết định lúc nào.",
            ),
        ),
    ]
