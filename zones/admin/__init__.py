"""The admin of the rules: entering drafts, reading what is published."""

from zones.admin import (
    link_admin,
    place_admin,
    policy_admin,
    programme_admin,
    source_admin,
    statistic_admin,
    topic_admin,
)

__all__ = [
    "link_admin",
    "place_admin",
    "policy_admin",
    "programme_admin",
    "source_admin",
    "statistic_admin",
    "topic_admin",
]
