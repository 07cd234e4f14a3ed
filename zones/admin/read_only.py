"""Published is frozen, in the admin too."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest

from zones.admin.forms import CarefulAdmin, CarefulInline


class ReadOnly(CarefulAdmin):
    """Rows that only services write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to add them by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to edit them by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to delete them by hand."""
        return False


class FrozenWhenPublished(CarefulAdmin):
    """Drafts can be written; a published version can only be read."""

    actions = None
    readonly_fields: ClassVar[tuple[str, ...]] = ("recorded_in", "replaced_in")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether it is a draft that whoever asks may edit."""
        return (obj is None or not obj.is_published) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether it is a draft that whoever asks may delete."""
        return (obj is None or not obj.is_published) and super().has_delete_permission(request, obj)


class FrozenInline(CarefulInline):
    """What is part of a version, and frozen with it."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether it is part of a draft, or of nothing yet."""
        return obj is None or not obj.is_published

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether it is part of a draft, or of nothing yet."""
        return obj is None or not obj.is_published

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether it is part of a draft, or of nothing yet."""
        return obj is None or not obj.is_published
