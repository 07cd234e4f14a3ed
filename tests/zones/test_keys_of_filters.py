"""Keys that lists are filtered by: read once for an edition, and new ones are known at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zones.models import Topic

pytestmark = pytest.mark.django_db

LISTED = "/api/v1/policies/?topic={}&limit=1"


def asked_for_topics(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    told = [query["sql"] for query in queries]
    return sum('FROM "zones_topic"' in one for one in told)


def test_keys_are_read_once_for_an_edition(client: Client) -> None:
    first, second, third = Topic.objects.order_by("slug").values_list("slug", flat=True)[:3]
    client.get(LISTED.format(first))
    assert asked_for_topics(client, LISTED.format(second)) == 0
    assert asked_for_topics(client, LISTED.format(f"{second},{third}")) == 0


def test_a_key_of_the_next_edition_is_known_at_once(client: Client) -> None:
    new = LISTED.format("a-new-topic")
    assert client.get(new).status_code == 400
    topic = Topic.objects.order_by("pk")[0]
    topic.pk, topic.slug, topic.position = None, "a-new-topic", 9_000
    topic.save(force_insert=True)
    assert client.get(new).status_code == 200
    topic.delete()
    assert client.get(new).status_code == 400
