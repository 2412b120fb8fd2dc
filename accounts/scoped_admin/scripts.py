"""The scripts of lists and forms, without those that none of them uses."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse

# Makes slugs out of names, which no form of ours asks for: a third of the bytes of a form.
WITHOUT: Final = ("js/urlify.js", "js/prepopulate.js", "js/vendor/xregexp/")


def few_scripts(media: forms.Media) -> forms.Media:
    """The scripts that a page needs, each once: the theme asks for two copies of Select2."""
    needed = [
        script.replace("select2.full.js", "select2.full.min.js")
        if isinstance(script, str)
        else script
        for script in media._js
        if not any(part in str(script) for part in WITHOUT)
    ]
    return forms.Media(css=media._css, js=list(dict.fromkeys(needed)))


class FewScripts:
    """Before a model admin: its pages load no script that they do not use."""

    @property
    def media(self) -> forms.Media:
        return few_scripts(super().media)  # type: ignore[misc]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["media"] = few_scripts(context["media"])
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
