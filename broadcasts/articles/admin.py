"""Articles in the admin: a list, a short form, and a page of their own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedModelAdmin, ScopedRelatedFilter, display, nobody_may
from accounts.scoped_admin.row_page import HomeForm, OwnCommune
from broadcasts.articles import pages as articles_pages
from broadcasts.articles import services as articles
from broadcasts.articles.models import Article
from broadcasts.articles.services import DAY_ENDS, DAY_STARTS, NOT_FOR_URGENT, URGENT_TOPICS
from broadcasts.posts.forms import MomentInput
from broadcasts.posts.models import Topic
from broadcasts.posts.wording import TONE_CLASSES
from documents.pictures import prepare
from groups.admin_mixins import BareFields, OneButton, SaysRefusals


class ArticleForm(HomeForm):
    """Form of an article; refuses what Zalo would refuse."""

    class Meta:
        model = Article
        fields = [
            "commune", "topic", "title", "author", "description", "cover", "text",
            "wants_spread", "spread_for",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "topic" in self.fields:
            active = Topic.objects.filter(is_active=True).exclude(code__in=URGENT_TOPICS)
            self.fields["topic"].queryset = active  # type: ignore[attr-defined]
            self.fields["topic"].help_text = NOT_FOR_URGENT
        if "author" in self.fields and not self.initial.get("author") and self.home is not None:
            self.initial["author"] = str(self.home)[:50]

    def clean_cover(self) -> Any:
        """Shrink a new picture and drop its metadata before it is stored."""
        cover = self.cleaned_data["cover"]
        return prepare(cover) if isinstance(cover, UploadedFile) else cover

    def clean_spread_for(self) -> Any:
        moment = self.cleaned_data["spread_for"]
        if moment and not DAY_STARTS <= moment.astimezone().hour < DAY_ENDS:
            raise forms.ValidationError(
                "Zalo chỉ gửi từ 6 giờ đến trước 22 giờ. Hãy chọn giờ khác."
            )
        return moment


@admin.register(Article)
class ArticleAdmin(BareFields, OneButton, SaysRefusals, OwnCommune, ScopedModelAdmin):
    """Form for drafts; later steps are on the page of the article."""

    form = ArticleForm
    list_display = ["title", "shown_status", "shown_spread", "topic", "created_by", "created_at"]
    list_filter = ["status", "spread", ("topic", ScopedRelatedFilter)]
    list_select_related = ["topic", "created_by"]
    search_fields = ["title"]
    search_help_text = _("Tìm theo tên bài")
    actions = None
    fieldsets = [
        (None, {"fields": ["commune", "topic", "title", "author", "description", "cover", "text"]}),
        (_("Gửi tới người quan tâm OA"), {"fields": ["wants_spread", "spread_for"]}),
    ]

    @display(description=_("trạng thái"), ordering="status", label=TONE_CLASSES)
    def shown_status(self, article: Article) -> tuple[str, str]:
        return articles_pages.TONES[Article.Status(article.status)], article.get_status_display()

    @display(description=_("gửi rộng"), ordering="spread", label=TONE_CLASSES)
    def shown_spread(self, article: Article) -> tuple[str, str] | str:
        if article.spread == Article.Spread.NONE:
            return ""
        tone = articles_pages.SPREAD_TONES[Article.Spread(article.spread)]
        return tone, article.get_spread_display()

    def get_urls(self) -> list[Any]:
        return [
            *articles_pages.PAGE.urls(self.admin_site, articles_pages.MORE),
            *super().get_urls(),
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The picker of the phone for the moment."""
        if db_field.name == "spread_for":
            return db_field.formfield(widget=MomentInput())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or articles.may_edit(obj, request.user))

    has_delete_permission = nobody_may

    def save_model(self, request: Any, obj: Article, form: Any, change: bool) -> None:
        (articles.edit if change else articles.create)(obj, by=request.user)

    def response_add(self, request: HttpRequest, obj: Article, *args: Any) -> HttpResponse:
        self.message_user(request, "Đã lưu. Xem lại rồi bấm “Trình duyệt”.", messages.SUCCESS)
        return redirect("admin:broadcasts_article_show", pk=obj.pk)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self.response_add(request, obj)
