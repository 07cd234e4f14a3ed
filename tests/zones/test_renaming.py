"""Where a key must change after all, its former one goes on leading to the row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from checklists.models import Requirement
from tests.commands import ran
from tests.templates import Elsewhere
from tests.zones.bodies import let_some_be_used, let_there_be_some
from tests.zones.datasets import change_rows
from tests.zones.test_draft_checks import copy
from tests.zones.test_merging import where
from tests.zones.test_publishing import limit, next_version, publish_as_two
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import Alias, Choice, City, Edition, Policy, Province, Source, Topic, Zone
from zones.models.former_keys import key_scope_of, keys_of_kind, row_named
from zones.models.keys import Keyed, keys_of, renamable_models
from zones.models.scopes import BODIES
from zones.rules.vocabulary import ScopeKind
from zones.services.key_changes import rename
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

API = "/api/v1"


def hangzhou() -> City:
    city: City = City.objects.get(slug="hangzhou")
    return city


@pytest.mark.parametrize("kind", sorted(renamable_models()))
def test_every_kind_with_an_address_can_be_renamed_in_this_one_way(kind: str) -> None:
    model, keys = renamable_models()[kind], keys_of_kind(kind)
    name = keys.renamable
    let_there_be_some(model)
    row: Any = model._default_manager.first()
    former = str(getattr(row, name))
    key = {"iso_3166_2": "CN-XX", "code": "9998", "number": "9"}.get(name, "of-tomorrow")
    key = "9.99" if kind == "requirement" else key
    whole = getattr(row, keys.scope) if keys.scope else None
    named = f"{getattr(whole, key_scope_of(kind).key)}{keys.joint}{former}" if whole else former
    assert row_named(kind, named) == row
    before = Edition.objects.get().number
    rename(row, key)
    assert Edition.objects.get().number > before
    row.refresh_from_db()
    assert str(getattr(row, name)) == key
    alias = Alias.objects.get(kind=kind, former=former)
    assert (alias.target, alias.within) == (row.pk, whole.pk if whole else 0)
    # The database lets it bear its former key again, and no other row within the same.
    mates = model._default_manager.filter(**({keys.scope: whole} if whole else {}))
    twin = mates.exclude(pk=row.pk).last()
    assert twin is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=twin.pk).update(**{name: former})
    rename(row, former)


def test_everything_with_a_key_can_be_renamed() -> None:
    """Of what names itself by its key; the rest is found by what it is of."""
    keyed = [m for m in apps.get_models() if issubclass(m, Keyed)]
    named = {m._meta.model_name for m in keyed if (keys := keys_of(m)) and not keys.public}
    assert named == set(renamable_models())


def test_a_duty_that_is_renamed_stands_in_the_place_of_its_number() -> None:
    duty: Any = Requirement.objects.filter(template__slug="import-1210-seller").first()
    last = duty.template.requirements.last()
    rename(duty, "9.98")
    duty.refresh_from_db()
    mates = list(Requirement.objects.filter(template=duty.template))
    assert mates.index(duty) == mates.index(last) + 1


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
    ("/changes/?city=first-pilot&kind=ended", "/changes/?city=hang-zhou&kind=ended"),
    (f"{API}/policies/?province=CN-ZJ", f"{API}/policies/?province=CN-ZX"),
    (
        f"{API}/compare/?cities=first-pilot@2018-12-31,ningbo",
        f"{API}/compare/?cities=hang-zhou@2018-12-31,ningbo",
    ),
    (
        f"{API}/cities/?policy=import-single-transaction-limit:5000",
        f"{API}/cities/?policy=single-limit:5000",
    ),
    (
        f"{API}/cities/?policy=bonded-import-1210:listed&batch=retail-import.4,comprehensive.5",
        f"{API}/cities/?policy=bonded-imports:on-the-list&batch=retail-import.94,comprehensive.5",
    ),
    (
        "/cities/?policy=bonded-imports:listed&topic=bonded-import-1210",
        "/cities/?policy=bonded-imports:on-the-list&topic=bonded-imports",
    ),
    ("/topics/bonded-import-1210/?answer=listed", "/topics/bonded-imports/?answer=on-the-list"),
    (f"{API}/batches/retail-import.4/", f"{API}/batches/retail-import.94/"),
    ("/zones/?batch=retail-import.4", "/zones/?batch=retail-import.94"),
    (
        f"{API}/templates/import-1210-seller/preview/?city=ningbo&answer=goods-kinds:food"
        "&answer=tax-route:refund",
        f"{API}/templates/import-1210-seller/preview/?city=ningbo"
        "&answer=kinds-of-goods:things-to-eat&answer=tax-route:paid-back",
    ),
]


@pytest.fixture
def _renamed() -> None:
    city = hangzhou()
    for key in ("first-pilot", "hang-zhou"):
        rename(city, key)
    rename(Topic.objects.get(slug="import-single-transaction-limit"), "single-limit")
    rename(Province.objects.get(iso_3166_2="CN-ZJ"), "CN-ZX")
    rename_within_others()


def rename_within_others() -> None:
    """Choices, a batch, a duty, a question and an answer of it; and what two of them lie in."""
    for kind, former, key in (
        ("choice", "bonded-import-1210:listed", "on-the-list"),
        ("batch", "retail-import.4", "94"),
        ("requirement", "import-1210-seller:7.4", "7.94"),
        ("intakequestion", "goods-kinds", "kinds-of-goods"),
        ("intakechoice", "kinds-of-goods:food", "things-to-eat"),
        ("intakechoice", "tax-route:refund", "paid-back"),
        ("topic", "bonded-import-1210", "bonded-imports"),
    ):
        row = row_named(kind, former)
        assert row is not None, former
        rename(row, key)


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
    rename_within_others()
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
    assert {f"{kind},{former},{key}" for kind, (former, key) in kinds.items()} <= set(rows)
    assert "choice,bonded-imports:listed,bonded-imports:on-the-list" in rows
    assert "requirement,import-1210-seller:7.4,import-1210-seller:7.94" in rows
    assert rows[1:] == sorted(rows[1:])
    assert len(rows) == 1 + len(kinds) + 7
    assert load_dataset(tmp_path / "dump").revision is None
    dump_dataset(tmp_path / "history", history=True)
    assert load_dataset(tmp_path / "history").revision is None


def test_a_history_with_former_keys_restores_them(tmp_path: Path, elsewhere: Elsewhere) -> None:
    rename_within_others()
    dump_dataset(tmp_path / "history", history=True)
    with elsewhere():
        ran("load_dataset", str(tmp_path / "history"))
        ran("dump_dataset", str(tmp_path / "again"), "--history")
    for name in ("aliases", "choices", "policy_versions", "requirements", "intake_questions"):
        there, again = (tmp_path / folder / f"{name}.csv" for folder in ("history", "again"))
        assert again.read_bytes() == there.read_bytes()


def stale_edits(folder: Path) -> None:
    """What somebody writes into a dump of before: into rows that are called otherwise by now."""
    change_rows(folder / "cities.csv", where({"note": "Of the file"}, slug="hangzhou"))
    change_rows(folder / "choices.csv", where({"label_en": "Listed"}, choice="listed"))
    change_rows(
        folder / "requirements.csv",
        where({"clause": "Of the file"}, template="import-1210-seller", number="7.4"),
    )
    change_rows(
        folder / "policies.csv",
        where({"clause": "Of the file"}, topic="bonded-import-1210", value="listed"),
    )


@pytest.mark.parametrize("replace", [False, True])
def test_a_dump_of_before_a_rename_is_merged_into_what_is_called_otherwise(
    tmp_path: Path, replace: bool
) -> None:
    dump_dataset(tmp_path / "stale")
    rename(hangzhou(), "hang-zhou")
    rename_within_others()
    stale_edits(tmp_path / "stale")
    report = load_dataset(tmp_path / "stale", replace=replace)
    assert (report.added, report.withdrawn) == (0, 0)
    assert City.objects.get(slug="hang-zhou").note == "Of the file"
    assert Choice.objects.get(slug="on-the-list").label_en == "Listed"
    assert Requirement.objects.get(number="7.94").clause == "Of the file"
    listed = Policy.objects.current().filter(value_choice__slug="on-the-list")
    assert set(listed.values_list("clause", flat=True)) == {"Of the file"}
    assert Alias.objects.filter(former="hangzhou").exists()


def test_what_both_changed_is_refused_though_the_row_was_renamed_between_the_two(
    tmp_path: Path,
) -> None:
    """A colleague corrected rows, and they were renamed then: the file knows of neither."""
    dump_dataset(tmp_path / "stale")
    dump_dataset(tmp_path / "theirs")
    stale_edits(tmp_path / "theirs")
    change_rows(tmp_path / "theirs" / "cities.csv", where({"note": "Theirs"}, slug="hangzhou"))
    load_dataset(tmp_path / "theirs")
    rename(hangzhou(), "hang-zhou")
    rename_within_others()
    change_rows(tmp_path / "stale" / "cities.csv", where({"note": "Mine"}, slug="hangzhou"))
    with pytest.raises(Refused, match="hang-zhou was changed both here.*'Mine' in the file"):
        load_dataset(tmp_path / "stale")
    change_rows(tmp_path / "stale" / "cities.csv", where({"note": ""}, slug="hangzhou"))
    # What only the colleague changed stays.
    assert load_dataset(tmp_path / "stale").kept >= 4
    assert hang_zhou().note == "Theirs"
    assert Choice.objects.get(slug="on-the-list").label_en == "Listed"
    assert Requirement.objects.get(number="7.94").clause == "Of the file"


def hang_zhou() -> City:
    city: City = City.objects.get(slug="hang-zhou")
    return city


def test_a_file_can_bring_former_keys_and_says_what_is_wrong_with_them(folder: Path) -> None:
    file = folder / "aliases.csv"
    file.write_text("kind,former,current\ncity,hang-zhou,hangzhou\n")
    load_dataset(folder)
    assert Alias.objects.get().target == hangzhou().pk
    for row, why in (
        ("city,hang-zhou,ningbo", "leads for ever"),
        ("city,ningbo,hangzhou", "“ningbo” is the key of a city"),
        ("city,a,atlantis", "there is no city “atlantis”"),
        ("town,a,b", "“town” is not one of: batch, choice, city"),
    ):
        file.write_text(f"kind,former,current\n{row}\n")
        with pytest.raises(Refused, match=why):
            load_dataset(folder)


def a_first_draft(kind: str) -> Policy:
    """A draft of a policy for a body of some kind, of which nothing was published."""
    if kind in BODIES:
        let_some_be_used(BODIES[kind].model)
    like: Any = Policy.objects.current().filter(scope_kind=kind).first()
    if like is None:
        pytest.skip(f"no policy binds a {kind}")
    draft = copy(like, version=1, change="enacted", effective_from="2027", effective_to=None)
    draft.identity = draft.natural_key
    draft.save()
    assert kind == ScopeKind.NATION or draft.body
    return draft


@pytest.mark.parametrize("kind", ["nation", *BODIES])
def test_a_first_draft_is_published_though_what_it_names_was_renamed(kind: str) -> None:
    draft = a_first_draft(kind)
    twin = copy(draft, identity=f"{draft.natural_key}.2")
    twin.save()
    rename(draft.topic, "topic-of-tomorrow")
    if kind in BODIES:
        rename(
            draft.body, {"province": "CN-XX", "customs_district": "9998"}.get(kind, "of-tomorrow")
        )
    draft, twin = (Policy.objects.get(pk=one.pk) for one in (draft, twin))
    assert draft.identity == draft.natural_key
    assert draft.identity.startswith(f"topic-of-tomorrow.{kind}.")
    assert twin.identity == f"{draft.identity}.2"
    publish_as_two(Publication([draft]))
    assert Policy.objects.current().get(pk=draft.pk).identity == draft.identity


@pytest.mark.parametrize("what", ["city", "programme"])
def test_a_first_draft_of_a_zone_is_published_though_what_it_names_was_renamed(what: str) -> None:
    like: Any = Zone.objects.current().filter(batch__programme__slug="comprehensive").first()
    ours = Zone.objects.filter(batch__programme__slug="comprehensive").values("city")
    city = City.objects.exclude(pk__in=ours).first()
    draft = copy(like, city=city, version=1, change="researched")
    draft.identity = draft.natural_key
    draft.save()
    rename(draft.city if what == "city" else draft.batch.programme, "of-tomorrow")
    draft = Zone.objects.get(pk=draft.pk)
    assert draft.identity == draft.natural_key
    assert "of-tomorrow" in draft.identity
    publish_as_two(Publication(zones=[draft]))


def test_drafts_of_what_is_published_keep_the_name_it_was_born_with() -> None:
    policy = limit()
    draft = next_version(policy, value_number=6000)
    rename(policy.topic, "topic-of-tomorrow")
    draft.refresh_from_db()
    assert draft.identity == policy.identity
    publish_as_two(Publication([draft]))


def test_a_name_that_does_not_fit_is_refused_with_what_to_do() -> None:
    """A draft that was saved before its topic was renamed by an older version."""
    draft = a_first_draft("nation")
    Policy.objects.filter(pk=draft.pk).update(identity="former-topic.nation.CN.2027")
    with pytest.raises(ValidationError, match="the draft gets that when it is saved anew"):
        publish_as_two(Publication([draft]))
