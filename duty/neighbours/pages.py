"""The address at which a neighbour says that it is alive."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from duty.neighbours import services


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def beat(request: HttpRequest, secret: str) -> HttpResponse:
    """204 once it is noted; the address grants nothing else."""
    if not services.note_beat(secret, timezone.now()):
        raise Http404
    return HttpResponse(status=204)
