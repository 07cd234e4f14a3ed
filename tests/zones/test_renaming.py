"""Where a key must change after all, its former one goes on leading to the row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from zones.dataset.dumping import dump_dataset
from zones.dataset.loading import load_dataset
from zones.dataset.problems import Refused
from zones.models import Alias, City, Edition, Policy, Province, Source, Topic
from zones.models.keys import keys_of, renamable_models
from zones.services.renaming import rename

pytestmark = pytest.mark.django_db

API = "/api/v1"


def hangzhou() -> City:
    city: City = City.objects.get(slug="hangzhou")
    return city


@pytest.mark.parametrize("kind", sorted(renamable_models()))
def test_every_kind_with_an_address_can_be_renamed_in_this_one_way(kind: str) -> None:
    model = renamable_models()[kind]
    name = keys_of(model).renamable  # type: ignore[union-attr]
    row = model._default_manager.first()
    former = getattr(row, name)
    key = {"iso_3166_2": "CN-XX", "code": "9998"}.get(name, "of-tomorrow")
    before = Edition.objects.get().number
    call_command("rename", kind, former, key, verbosity=0)
    assert Edition.objects.get().number > before
    row.refresh_from_db()
    assert getattr(row, name) == key
    assert Alias.objects.get(kind=kind, former=former).target == row.pk


def test_identities_keep_the_words_they_were_born_with() -> None:
    topic = Topic.objects.get(slug="import-single-transaction-limit")
    before = set(Policy.objects.filter(topic=topic).values_list("identity", flat=True))
    rename(topic, "single-limit")
    assert set(Policy.objects.filter(topic=topic).values_list("identity", flat=True)) == before


def test_a_former_key_is_never_the_key_of_another_row() -> None:
    rename(hangzhou(), "hang-zhou")
    ningbo = City.objects.get(slug="ningbo")
    with pytest.raises(ValidationError, match="of another row"):
        rename(ningbo, "hangzhou")
    with pytest.raises(ValidationError, match="of another row"):
        rename(ningbo, "hang-zhou")
    copied = {f.attname: getattr(ningbo, f.attname) for f in City._meta.concrete_fields[1:]}
    with pytest.raises(IntegrityError, match="key of another"), transaction.atomic():
        City.objects.create(**{**copied, "slug": "hangzhou", "adcode": ""})
    with pytest.raises(IntegrityError), transaction.atomic():
        City.objects.filter(pk=ningbo.pk).update(slug="hangzhou")


def test_a_key_may_come_back_and_change_again() -> None:
    for key in ("hang-zhou", "hangzhou", "hang-zhou", "city-of-hangzhou"):
        rename(City.objects.get(name_en="Hangzhou"), key)
    assert set(Alias.objects.values_list("former", flat=True)) == {"hangzhou", "hang-zhou"}


def test_an_alias_leads_where_it_led_for_ever() -> None:
    rename(hangzhou(), "hang-zhou")
    for write in (lambda: Alias.objects.update(target=1), lambda: Alias.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


@pytest.mark.parametrize("key", ["", "Hang Zhou!", "x" * 61, "hang/zhou"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        rename(hangzhou(), key)
    assert hangzhou()


def test_the_command_says_what_is_wrong() -> None:
    with pytest.raises(CommandError, match="There is no city 'atlantis'"):
        call_command("rename", "city", "atlantis", "x")
    with pytest.raises(CommandError, match="another row"):
        call_command("rename", "city", "hangzhou", "ningbo")


MOVED = [
    ("/cities/hangzhou/?as_of=2020-01-01", "/cities/hang-zhou/?as_of=2020-01-01"),
    (
        "/cities/hangzhou/import-single-transaction-limit/",
        "/cities/hang-zhou/single-limit/",
    ),
    ("/topics/import-single-transaction-limit/", "/topics/single-limit/"),
    (f"{API}/cities/hangzhou/", f"{API}/cities/hang-zhou/"),
    (f"{API}/topics/import-single-transaction-limit/", f"{API}/topics/single-limit/"),
    (
        f"{API}/zones/?city=ningbo,first-pilot&limit=5",
        f"{API}/zones/?city=ningbo,hang-zhou&limit=5",
    ),
    (f"{API}/policies/?province=CN-ZJ", f"{API}/policies/?province=CN-ZX"),
    (
        f"{API}/compare/?cities=first-pilot@2018-12-31,ningbo",
        f"{API}/compare/?cities=hang-zhou@2018-12-31,ningbo",
    ),
    (
        f"{API}/cities/?policy=import-single-transaction-limit:5000",
        f"{API}/cities/?policy=single-limit:5000",
    ),
]


@pytest.fixture
def _renamed() -> None:
    city = hangzhou()
    for key in ("first-pilot", "hang-zhou"):
        rename(city, key)
    rename(Topic.objects.get(slug="import-single-transaction-limit"), "single-limit")
    rename(Province.objects.get(iso_3166_2="CN-ZJ"), "CN-ZX")


@pytest.mark.usefixtures("_renamed")
@pytest.mark.parametrize(("former", "now"), MOVED)
def test_addresses_and_filters_of_former_keys_lead_to_those_of_today(
    client: Client, former: str, now: str
) -> None:
    answer = client.get(former)
    assert (answer.status_code, answer["Location"]) == (301, now)
    assert client.get(now).status_code == 200


@pytest.mark.usefixtures("_renamed")
@pytest.mark.parametrize("address", ["/cities/atlantis/", f"{API}/zones/?city=atlantis"])
def test_what_never_was_is_refused_as_before(client: Client, address: str) -> None:
    assert client.get(address).status_code in {400, 404}


def test_finding_nothing_asks_once_for_former_keys(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    Source.objects.first()
    client.get("/sources/of-nobody/")
    with django_assert_max_num_queries(6):
        assert client.get("/sources/of-nobody/").status_code == 404


def test_files_with_former_keys_load_as_if_they_had_those_of_today(
    folder: Path, tmp_path: Path
) -> None:
    kinds = {
        "city": ("hangzhou", "hang-zhou"),
        "topic": ("import-single-transaction-limit", "single-limit"),
        "province": ("CN-ZJ", "CN-ZX"),
        "programme": ("comprehensive", "comprehensive-pilot"),
        "customsdistrict": ("2900", "2999"),
        "source": (Source.objects.earliest("slug").slug, "a-first-source"),
    }
    for kind, (former, key) in kinds.items():
        name = keys_of(renamable_models()[kind]).renamable  # type: ignore[union-attr]
        rename(renamable_models()[kind]._default_manager.get(**{name: former}), key)
    report = load_dataset(folder)
    assert (report.added, report.corrected, report.revision) == (0, 0, None)
    dump_dataset(tmp_path / "dump")
    rows = (tmp_path / "dump" / "aliases.csv").read_text().splitlines()
    assert rows[1:] == sorted(f"{kind},{former},{key}" for kind, (former, key) in kinds.items())
    assert load_dataset(tmp_path / "dump").revision is None
    dump_dataset(tmp_path / "history", history=True)
    assert load_dataset(tmp_path / "history").revision is None


def test_a_file_can_bring_former_keys_and_says_what_is_wrong_with_them(folder: Path) -> None:
    file = folder / "aliases.csv"
    file.write_text("kind,former,current\ncity,hang-zhou,hangzhou\n")
    load_dataset(folder)
    assert Alias.objects.get().target == hangzhou().pk
    for row, why in (
        ("city,hang-zhou,ningbo", "leads for ever"),
        ("city,ningbo,hangzhou", "'ningbo' is the key of a city"),
        ("city,a,atlantis", "there is no city 'atlantis'"),
        ("town,a,b", "'town' is not one of: city"),
    ):
        file.write_text(f"kind,former,current\n{row}\n")
        with pytest.raises(Refused, match=why):
            load_dataset(folder)
