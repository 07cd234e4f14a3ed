"""Parameters that other sites hang on a link when it is shared; pages leave them out.

They follow readers about and ask nothing of the portal, whose pages refuse what they do not know.
The API refuses them as it refuses every unknown parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import escape_leading_slashes

#: By name: campaigns, clicks on advertisements, mails, video sites, search engines and WeChat.
FOREIGN = re.compile(
    r"(utm|hsa|pk|mtm|piwik|matomo|vero|gad|sharer|share|plg)_\w+|mc_[ce]id|_?_hs\w+|_ga|_gl|_ke"
    r"|(fb|g|d|gb|y|ys|tw|tt|ms|sc|ir)clid|gclsrc|[gw]braid|msclkid|li_fat_id|igshid|igsh|epik"
    r"|rdt_cid|srsltid|mkt_tok|trk|cmpid|s_cid|s_kwcid|ef_id|ref|ref_(src|url)|referr?er"
    r"|_openstat|_branch_match_id|guccounter|guce_referr\w+|oly_(anon|enc)_id|xsec_\w+|xhsshare"
    r"|hm(sr|pl|cu|kw|ci)|eqid|spm|scm|bd_vid|qhclickid|isappinstalled|scene|srcid|sharefrom"
    r"|nsukey|clicktime|enterid|(wx|weixin)\w*|vd_source|tt_from"
)
#: By name and value, where a page has a parameter of that name: WeChat says from where it was
#: opened, while changes have a first day.
FOREIGN_VALUES = {
    "from": re.compile(r"timeline|(single|group)message|appinstall|weixin|message|qrcode|androidqq")
}


class ForeignParameters:
    """Sends readers to the address without them; whatever else it says stays as it was written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the way to it."""
        query = request.META.get("QUERY_STRING", "")
        if request.method not in {"GET", "HEAD"} or request.path.startswith("/api/"):
            return self.get_response(request)
        pieces = query.split("&")
        own = [piece for piece in pieces if not is_foreign(piece)]
        if len(own) == len(pieces):
            return self.get_response(request)
        request.META["QUERY_STRING"] = "&".join(own)
        return HttpResponseRedirect(escape_leading_slashes(request.get_full_path()))


def is_foreign(piece: str) -> bool:
    """Return whether one ``name=value`` of an address comes from another site."""
    name, _, value = (unquote_plus(part).strip().lower() for part in piece.partition("="))
    if FOREIGN.fullmatch(name):
        return True
    told = FOREIGN_VALUES.get(name)
    return bool(told and told.fullmatch(value))
