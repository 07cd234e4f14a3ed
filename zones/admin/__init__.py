"""The admin of the rules: entering drafts, reading what is published."""

from zones.admin import places, policies, programmes, sources, statistics, topics

__all__ = ["places", "policies", "programmes", "sources", "statistics", "topics"]
