"""The portal's settings with static files compressed in a second: what counts in tests is that they
are, and the last percent of their size takes ten.
"""

from __future__ import annotations

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from cbec_portal.settings import *  # noqa: F403
from cbec_portal.settings import STORAGES

STORAGES["staticfiles"]["BACKEND"] = f"{__name__}.QuicklyCompressed"


class _Quick(Compressor):
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return brotli.compress(data, quality=1)


class QuicklyCompressed(CompressedManifestStaticFilesStorage):
    """The portal's storage, in a hurry."""

    def create_compressor(self, **kwargs: object) -> Compressor:
        """Return what compresses each file."""
        return _Quick(**kwargs)
