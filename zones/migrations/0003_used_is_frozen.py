"""The database refuses to delete what is published and to change what published answers rest on.

A published zone keeps the cities it covers; a topic that policies answer keeps its type and unit,
and its choices their names.
"""

from django.db import migrations

from zones.models.guards import Guard, guarding

DELETED = "published records are never deleted"
COVERED = "a published zone keeps the cities it covers"
USED = "policies answer this topic: its type, unit and choices never change"

_ZONE_PUBLISHED = (
    "EXISTS (SELECT 1 FROM zones_zone WHERE id = {row}.zone_id AND recorded_in_id IS NOT NULL)"
)
_TOPIC_USED = "EXISTS (SELECT 1 FROM zones_policy WHERE topic_id = {topic})"

GUARDS = [
    *(
        Guard(f"{table}_kept", "DELETE", table, "OLD.recorded_in_id IS NOT NULL", DELETED)
        for table in ("zones_policy", "zones_zone", "zones_placement")
    ),
    Guard(
        "zones_coverage_added",
        "INSERT",
        "zones_coverage",
        _ZONE_PUBLISHED.format(row="NEW"),
        COVERED,
    ),
    Guard(
        "zones_coverage_edited",
        "UPDATE",
        "zones_coverage",
        f"{_ZONE_PUBLISHED.format(row='OLD')} OR {_ZONE_PUBLISHED.format(row='NEW')}",
        COVERED,
    ),
    Guard(
        "zones_coverage_kept",
        "DELETE",
        "zones_coverage",
        _ZONE_PUBLISHED.format(row="OLD"),
        COVERED,
    ),
    Guard(
        "zones_topic_used",
        "UPDATE",
        "zones_topic",
        "(OLD.value_type <> NEW.value_type OR OLD.unit <> NEW.unit OR OLD.unit_zh <> NEW.unit_zh)"
        f" AND {_TOPIC_USED.format(topic='OLD.id')}",
        USED,
    ),
    Guard(
        "zones_choice_used",
        "UPDATE",
        "zones_choice",
        "(OLD.slug <> NEW.slug OR OLD.topic_id <> NEW.topic_id)"
        f" AND {_TOPIC_USED.format(topic='OLD.topic_id')}",
        USED,
    ),
]


class Migration(migrations.Migration):
    """Triggers on deletes, coverages, topics and choices."""

    dependencies = [("zones", "0002_published_is_frozen")]
    operations = [guarding(GUARDS)]
