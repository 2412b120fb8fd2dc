import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_communeprofile_quiet_hours_and_caps"),
        ("broadcasts", "0008_files_gate_answers_official_phones"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=150, verbose_name="tên bài")),
                ("author", models.CharField(max_length=50, verbose_name="tác giả")),
                ("description", models.CharField(max_length=300, verbose_name="trích yếu")),
                (
                    "text",
                    models.TextField(
                        help_text="Mỗi đoạn cách nhau một dòng trống.", verbose_name="nội dung"
                    ),
                ),
                ("cover", models.ImageField(upload_to="articles/%Y/%m/", verbose_name="ảnh bìa")),
                ("cover_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "wants_spread",
                    models.BooleanField(
                        default=False,
                        help_text="Không dùng cho việc khẩn: Zalo gửi chậm tới 30 phút và không gửi ban đêm.",
                        verbose_name="gửi tới người quan tâm OA",
                    ),
                ),
                (
                    "spread_for",
                    models.DateTimeField(
                        blank=True,
                        help_text="Từ 6 giờ đến trước 22 giờ. Để trống: ngay sau khi đăng.",
                        null=True,
                        verbose_name="gửi lúc",
                    ),
                ),
                (
                    "cities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Bản nháp"),
                            ("pending_approval", "Chờ duyệt"),
                            ("returned", "Trả lại để sửa"),
                            ("approved", "Đã duyệt, chờ đăng"),
                            ("publishing", "Zalo đang xử lý"),
                            ("published", "Đã đăng"),
                            ("failed", "Không đăng được"),
                            ("uncertain", "Chưa rõ đã đăng chưa"),
                            ("removed", "Đã gỡ"),
                            ("cancelled", "Đã hủy"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="trạng thái",
                    ),
                ),
                ("content_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="soạn lúc")),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="trình lúc"),
                ),
                ("submit_reason", models.TextField(blank=True, verbose_name="lý do khi trình")),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="duyệt lúc"),
                ),
                ("approved_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                (
                    "next_attempt_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="làm tiếp lúc"),
                ),
                ("claimed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "handed_in_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="giao Zalo lúc"),
                ),
                ("zalo_token", models.TextField(blank=True, editable=False)),
                (
                    "zalo_article_id",
                    models.CharField(blank=True, max_length=64, verbose_name="mã bài viết"),
                ),
                ("link", models.URLField(blank=True, max_length=500, verbose_name="địa chỉ")),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="đăng lúc"),
                ),
                (
                    "spread",
                    models.CharField(
                        choices=[
                            ("none", "Không gửi rộng"),
                            ("waiting", "Chờ gửi"),
                            ("sending", "Đang gửi"),
                            ("accepted", "Zalo đã nhận"),
                            ("failed", "Không gửi được"),
                            ("uncertain", "Chưa rõ Zalo đã nhận chưa"),
                            ("cancelled", "Đã hủy"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="gửi rộng",
                    ),
                ),
                (
                    "spread_due_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="gửi rộng lúc"
                    ),
                ),
                ("spread_message_id", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "spread_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Zalo nhận lúc"),
                ),
                ("error_code", models.CharField(blank=True, max_length=20, verbose_name="mã lỗi")),
                ("error_text", models.TextField(blank=True, verbose_name="giải thích")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người duyệt",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="accounts.commune",
                        verbose_name="xã, phường",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người soạn",
                    ),
                ),
                (
                    "last_edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người sửa cuối",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người trình",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="broadcasts.topic",
                        verbose_name="chủ đề",
                    ),
                ),
            ],
            options={
                "verbose_name": "bài viết OA",
                "verbose_name_plural": "bài viết OA",
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("submit_article", "Trình duyệt bài viết OA"),
                    ("approve_article", "Duyệt bài viết OA"),
                    ("remove_article", "Gỡ, hủy bài viết OA"),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["approved", "publishing"])),
                        fields=["next_attempt_at"],
                        name="article_due",
                    ),
                    models.Index(
                        condition=models.Q(("spread", "waiting")),
                        fields=["spread_due_at"],
                        name="article_to_spread",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("created_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="article_approver_is_not_author",
                        violation_error_message="Người soạn không được tự duyệt bài của mình.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            ("last_edited_by", None),
                            models.Q(("approved_by", models.F("last_edited_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="article_approver_is_not_last_editor",
                        violation_error_message="Người sửa bài sau cùng không được duyệt bài đó.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "status__in",
                                    [
                                        "approved",
                                        "publishing",
                                        "published",
                                        "failed",
                                        "uncertain",
                                        "removed",
                                    ],
                                ),
                                _negated=True,
                            ),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("approved_by__isnull", False),
                                ("approved_hash", models.F("content_hash")),
                            ),
                            _connector="OR",
                        ),
                        name="article_approval_is_complete",
                        violation_error_message="Bài chưa được duyệt, hoặc đã bị sửa sau khi duyệt.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            models.Q(("zalo_article_id", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="article_published_has_id",
                        violation_error_message="Chỉ coi là đã đăng khi Zalo trả về mã bài viết.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("spread", "accepted"), _negated=True),
                            models.Q(
                                ("spread_at__isnull", False),
                                models.Q(("spread_message_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="article_accepted_has_message_id",
                        violation_error_message="Chỉ coi là đã nhận khi Zalo trả về mã tin nhắn.",
                    ),
                ],
            },
        ),
    ]
