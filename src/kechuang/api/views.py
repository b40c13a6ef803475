"""The page that explains the read API, and a person's own tokens."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kechuang.api import services
from kechuang.api.describing import parts
from kechuang.api.forms import TokenForm
from kechuang.api.models import Token
from kechuang.api.problems import KNOWN, problem
from kechuang.api.selectors import tokens_for
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.api import MOST_ROWS


@require_safe
def guide(request: Request) -> HttpResponse:
    """Explain every address, the limits, the refusals and the tokens."""
    site = request.build_absolute_uri("/").rstrip("/")
    context = {
        "heading": _("数据接口"),
        "lead": _("只读、公开、不用申请。程序读到的，就是网页上看到的那些行。"),
        "site": site,
        "parts": parts(),
        "limits": settings.KECHUANG_API,
        "most_rows": MOST_ROWS,
        "problems": [(status, *said) for status, said in KNOWN.items()],
    }
    return render(request, "api/guide.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: Request) -> HttpResponse:
    """List the person's own tokens, and make one; its key is in this one answer and nowhere else."""
    form = TokenForm(request.POST or None)
    issued: list[services.Issued] = []
    carried_out(
        form,
        lambda values: issued.append(
            services.token_issue(
                name=values["name"],
                scopes=values["scopes"],
                expires_on=request.actor.today + timedelta(days=values["days"]),
                actor=request.actor,
            )
        ),
    )
    context = {
        "heading": _("接口令牌"),
        "lead": _("给自己的程序用的钥匙：只能读，读到的不会多于您本人看到的；随时可以停用。"),
        "tokens": list(tokens_for(actor=request.actor)),
        "today": request.actor.today,
        "issued": issued[0] if issued else None,
        "form": TokenForm() if issued else form,
    }
    return render(request, "api/tokens.html", context)


@login_required
@require_POST
def token_revoke(request: Request, pk: int) -> HttpResponse:
    """End one of the person's own tokens."""
    token: Token = get_object_or_404(tokens_for(actor=request.actor), pk=pk)
    services.token_revoke(token=token, actor=request.actor)
    messages.success(request, _("令牌“%(name)s”已停用，立即生效。") % {"name": token.name})
    return redirect("api:tokens")


@csrf_exempt  # nothing is there to be written
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer an address below the API that nothing stands at, in the API's own form."""
    return problem(request, 404, _("接口没有这个地址；全部地址见接口说明。"))
