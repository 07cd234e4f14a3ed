"""Datasette over the portal's own SQLite file, with canned queries for the same questions."""

from __future__ import annotations

import os
from pathlib import Path

from datasette.app import Datasette  # type: ignore[import-not-found]

_POLICY = """
    p.identity, p.state, p.value_boolean, p.value_number, ch.slug AS value_choice,
    p.value_text_en, p.summary_en, p.caveat_en, p.scope_kind,
    coalesce(pr.slug, pv.iso_3166_2, cd.code, pc.slug, 'CN') AS scope_code,
    p.effective_from, p.effective_to, p.start_qualifier, p.clause, p.verification, p.verified_on,
    s.slug AS source, s.document_number, s.title_en, s.official_url, s.status
"""
_JOINS = """
    JOIN zones_source s ON s.id = p.source_id
    LEFT JOIN zones_choice ch ON ch.id = p.value_choice_id
    LEFT JOIN zones_programme pr ON pr.id = p.programme_id
    LEFT JOIN zones_province pv ON pv.id = p.province_id
    LEFT JOIN zones_customsdistrict cd ON cd.id = p.customs_district_id
    LEFT JOIN zones_city pc ON pc.id = p.city_id
"""
COMPARE = f"""
SELECT * FROM (
    SELECT c.slug AS city, t.slug AS topic, t.question_en, f.slug AS focus_area, t.value_type,
        t.unit, r.since, r.through, r.also, {_POLICY},
        row_number() OVER (PARTITION BY r.city_id, r.topic_id ORDER BY r.from_day DESC) AS place
    FROM zones_city c
    JOIN zones_inforce r ON r.city_id = c.id
    JOIN zones_topic t ON t.id = r.topic_id
    JOIN zones_focusarea f ON f.id = t.focus_area_id
    JOIN zones_policy p ON p.id = r.policy_id
    {_JOINS}
    WHERE c.slug IN (:a, :b, :c, :d) AND r.from_day <= :day AND r.replaced_in_id IS NULL
        AND (r.until_day IS NULL OR r.until_day >= :day)
) WHERE place = 1
"""
POLICIES = f"""
SELECT {_POLICY} FROM zones_policy p JOIN zones_topic t ON t.id = p.topic_id {_JOINS}
WHERE t.slug = :topic AND p.recorded_in_id IS NOT NULL AND p.replaced_in_id IS NULL
    AND p.change <> 'withdrawn'
ORDER BY p.identity, p.version LIMIT 50
"""

_database = Path(os.environ["BENCHMARK_DATABASE"])
application = Datasette(
    immutables=[str(_database)],
    metadata={
        "databases": {
            _database.stem: {
                "queries": {"compare": {"sql": COMPARE}, "policies": {"sql": POLICIES}}
            }
        }
    },
    settings={"sql_time_limit_ms": 20_000, "max_returned_rows": 2000},
).app()
