"""Days in templates: as people read them, and as machines do."""

from __future__ import annotations

from django import template

from cbec_portal.day_words import day_as_time, day_in_words

register = template.Library()
register.filter("day", day_in_words)
register.filter("time", day_as_time)
