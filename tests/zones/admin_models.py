"""The models that the admin has pages of."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from zones.admin.proposed_rows import DatasetAdmin

OURS = [m for app in ("zones", "checklists") for m in apps.get_app_config(app).get_models()]
REGISTERED = [model for model in OURS if admin.site.is_registered(model)]
PROPOSED = [m for m in REGISTERED if isinstance(admin.site.get_model_admin(m), DatasetAdmin)]


def name_of(model: Any, page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def by_name(model: Any) -> str:
    return str(model.__name__)


def listed(client: Client, model: Any, **asked: str) -> list[Any]:
    """The rows that a list shows."""
    answered = client.get(reverse(name_of(model, "changelist")), asked)
    assert answered.status_code == 200, asked
    return list(answered.context["cl"].queryset)
