"""A bare WSGI answer: as many bytes as its path asks for, such as ``/35000``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

_kept: dict[str, bytes] = {}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path not in _kept:
        _kept[path] = b"x" * int(path.strip("/") or 0)
    body = _kept[path]
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
