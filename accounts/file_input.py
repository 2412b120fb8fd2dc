"""The field for a file in forms of the admin."""

from typing import Any

from django.template.loader import render_to_string


class KeptFile:
    """Before the theme's field: says that a file is there and takes another one.

    The theme's own shows a link and a picture at the address of the upload, and uploads have none.
    """

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        return render_to_string("accounts/kept_file.html", context)
