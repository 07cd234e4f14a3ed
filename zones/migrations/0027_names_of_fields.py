"""Fields of the rules are called what readers and staff call them."""

from django.db import migrations

from zones.models.renamed_fields import NameFields

NAMES = {
    "acknowledgement": {
        "": {
            "verbose_name": "acknowledged warning",
            "verbose_name_plural": "acknowledged warnings",
        },
        "row": {"verbose_name": "proposed row"},
        "warning": {"verbose_name": "warning"},
        "about": {
            "verbose_name": "what it says",
            "help_text": "The warning counts again once it says something else.",
        },
        "person": {"verbose_name": "person"},
        "name": {"verbose_name": "person's name"},
        "at": {"verbose_name": "time"},
    },
    "alias": {
        "": {"verbose_name": "former key", "verbose_name_plural": "former keys"},
        "kind": {"verbose_name": "kind of row"},
        "within": {
            "verbose_name": "within",
            "help_text": "The id of the row within which the key tells rows apart, else 0.",
        },
        "former": {"verbose_name": "former key"},
        "target": {"verbose_name": "row", "help_text": "The id of the row that it leads to."},
    },
    "appliedrow": {
        "edit": {"verbose_name": "edit"},
        "revision": {"verbose_name": "revision"},
        "at": {"verbose_name": "time"},
        "table": {"verbose_name": "table"},
        "key": {"verbose_name": "key"},
        "before": {"verbose_name": "cells before"},
        "after": {"verbose_name": "cells after"},
        "change": {"verbose_name": "kind of change"},
        "authors": {"verbose_name": "authors"},
        "reviewer": {"verbose_name": "reviewed by"},
        "reason": {"verbose_name": "reason"},
        "quote": {"verbose_name": "quote"},
        "read_at": {"verbose_name": "read at"},
    },
    "batch": {
        "": {"verbose_name": "batch"},
        "verification": {
            "verbose_name": "certainty",
            "help_text": "Where it was read: in the official text, in a report "
            "of it, or nowhere that counts.",
        },
        "evidence_url": {
            "verbose_name": "evidence for staff",
            "help_text": "Where staff read it; never public.",
        },
        "caveat_en": {
            "verbose_name": "English caveat",
            "help_text": "What a reader should know of doubts.",
        },
        "caveat_zh": {
            "verbose_name": "Chinese caveat",
            "help_text": "What a reader should know of doubts.",
        },
        "programme": {"verbose_name": "programme"},
        "number": {"verbose_name": "number"},
        "approved_on": {"verbose_name": "approved on"},
        "announced_on": {"verbose_name": "announced on"},
        "document_number": {"verbose_name": "document number"},
        "title_en": {"verbose_name": "English title"},
        "title_zh": {"verbose_name": "Chinese title"},
        "city_count": {"verbose_name": "number of cities"},
        "source": {"verbose_name": "source"},
        "note": {"verbose_name": "note for staff"},
    },
    "changeset": {
        "state": {
            "help_text": "Rows change in a draft or what was sent back; what is "
            "in review can be published."
        },
        "version": {
            "verbose_name": "version",
            "help_text": "It rises with every change of the set or of one of its rows.",
        },
        "author": {"verbose_name": "author"},
        "author_name": {"verbose_name": "author's name"},
        "opened_at": {"verbose_name": "opened at"},
        "changed_at": {"verbose_name": "changed at"},
        "publisher": {"verbose_name": "published by"},
        "publisher_name": {"verbose_name": "publisher's name"},
        "revision": {"verbose_name": "revision"},
        "undoes": {"verbose_name": "takes back revision"},
    },
    "choice": {
        "": {"verbose_name": "choice", "verbose_name_plural": "choices"},
        "topic": {"verbose_name": "topic"},
        "slug": {
            "verbose_name": "key",
            "help_text": "In addresses and files; it stays once something rests on it.",
        },
        "label_en": {"verbose_name": "English label"},
        "label_zh": {"verbose_name": "Chinese label"},
        "position": {"verbose_name": "position"},
        "meaning_en": {"verbose_name": "English meaning"},
        "meaning_zh": {"verbose_name": "Chinese meaning"},
    },
    "city": {
        "": {"verbose_name": "city"},
        "slug": {
            "verbose_name": "key",
            "help_text": "In addresses and files; it stays once something rests on it.",
        },
        "adcode": {"verbose_name": "adcode"},
        "level": {"verbose_name": "level"},
        "province": {"verbose_name": "province"},
        "customs_district": {"verbose_name": "customs district"},
        "latitude": {"verbose_name": "latitude", "help_text": "Degrees north."},
        "longitude": {"verbose_name": "longitude", "help_text": "Degrees east."},
        "note": {"verbose_name": "note for staff"},
        "other_customs_districts": {"verbose_name": "other customs districts"},
    },
    "coverage": {
        "": {"verbose_name": "city covered", "verbose_name_plural": "cities covered"},
        "verification": {
            "verbose_name": "certainty",
            "help_text": "Where it was read: in the official text, in a "
            "report of it, or nowhere that counts.",
        },
        "evidence_url": {
            "verbose_name": "evidence for staff",
            "help_text": "Where staff read it; never public.",
        },
        "zone": {"verbose_name": "zone"},
        "city": {"verbose_name": "covered city"},
        "covered_from": {"verbose_name": "covered from"},
        "covered_until": {
            "verbose_name": "first day not covered",
            "help_text": "The first day on which the zone covers the city no more.",
        },
        "note": {"verbose_name": "note for staff"},
        "covered_from_day": {"verbose_name": "first day covered"},
        "covered_until_day": {"verbose_name": "first day not covered, as a day"},
    },
    "customsdistrict": {
        "": {"verbose_name": "customs district", "verbose_name_plural": "customs districts"},
        "code": {"verbose_name": "code", "help_text": "Four digits: 2900."},
    },
    "districtinpart": {
        "": {
            "verbose_name": "customs district in part",
            "verbose_name_plural": "customs districts in part",
        },
        "placement": {"verbose_name": "placement"},
        "customs_district": {"verbose_name": "customs district"},
    },
    "edit": {
        "": {"verbose_name": "edit", "verbose_name_plural": "edits"},
        "number": {"verbose_name": "number"},
        "mark": {
            "verbose_name": "mark",
            "help_text": "Random: it tells edits of one number apart where a database "
            "was set back.",
        },
        "former": {"verbose_name": "rows before"},
        "folder": {"verbose_name": "folder"},
        "package": {"verbose_name": "data package"},
        "tables": {
            "verbose_name": "tables alike",
            "help_text": "Tables of which files and database said the same afterwards.",
        },
        "revision": {"verbose_name": "newest revision"},
    },
    "edition": {
        "": {"verbose_name": "edition", "verbose_name_plural": "editions"},
        "number": {
            "verbose_name": "number",
            "help_text": "It rises with every change of anything public.",
        },
        "timeline": {
            "verbose_name": "timeline",
            "help_text": "Drawn anew with each edition, so that a restored "
            "database never answers for another.",
        },
    },
    "focusarea": {
        "": {"verbose_name": "focus area", "verbose_name_plural": "focus areas"},
        "slug": {
            "verbose_name": "key",
            "help_text": "In addresses and files; it stays once something rests on it.",
        },
        "description_en": {"verbose_name": "English description"},
        "description_zh": {"verbose_name": "Chinese description"},
        "position": {"verbose_name": "position"},
    },
    "indicator": {
        "": {"verbose_name": "indicator", "verbose_name_plural": "indicators"},
        "slug": {
            "verbose_name": "key",
            "help_text": "In addresses and files; it stays once something rests on it.",
        },
        "unit": {"verbose_name": "English unit"},
        "unit_zh": {"verbose_name": "Chinese unit"},
        "flow": {"verbose_name": "direction"},
        "series": {
            "verbose_name": "series",
            "help_text": "What it counts; figures of two series are never joined.",
        },
        "note_en": {"verbose_name": "English note"},
        "note_zh": {"verbose_name": "Chinese note"},
        "position": {"verbose_name": "position"},
    },
    "inforce": {
        "recorded_in": {"verbose_name": "first revision with it"},
        "replaced_in": {"verbose_name": "first revision without it"},
        "city": {"verbose_name": "city"},
        "topic": {"verbose_name": "topic"},
        "policy": {"verbose_name": "policy"},
        "from_day": {"verbose_name": "first day of the row"},
        "until_day": {"verbose_name": "last day of the row"},
        "since": {"verbose_name": "first day of the answer"},
        "through": {"verbose_name": "last day of the answer"},
        "also": {"verbose_name": "also in force"},
    },
    "issuer": {
        "": {"verbose_name": "issuer", "verbose_name_plural": "issuers"},
        "slug": {
            "verbose_name": "key",
            "help_text": "In addresses and files; it stays once something rests on it.",
        },
        "name_en": {"verbose_name": "English name"},
        "name_zh": {"verbose_name": "Chinese name"},
        "abbreviation": {"verbose_name": "abbreviation"},
        "official_site": {"verbose_name": "official site"},
        "kind": {"verbose_name": "kind of issuer"},
        "aliases": {"verbose_name": "other spellings"},
    },
    "placement": {
        "": {"verbose_name": "placement", "verbose_name_plural": "placements"},
        "recorded_in": {"verbose_name": "first revision with it"},
        "replaced_in": {"verbose_name": "first revision without it"},
        "city": {"verbose_name": "city"},
        "province": {"verbose_name": "province"},
        "customs_district": {"verbose_name": "customs district"},
        "adcode": {"verbose_name": "adcode"},
        "level": {"verbose_name": "level"},
        "latitude": {"verbose_name": "latitude", "help_text": "Degrees north."},
        "longitude": {"verbose_name": "longitude", "help_text": "Degrees east."},
        "since": {
            "verbose_name": "since",
            "help_text": "Empty for where the city lay from the start.",
        },
        "since_day": {"verbose_name": "first day of it"},
    },
    "policy": {
        "": {"verbose_name": "policy"},
        "verification": {
            "verbose_name": "certainty",
            "help_text": "Where it was read: in the official text, in a "
            "report of it, or nowhere that counts.",
        },
        "evidence_url": {
            "verbose_name": "evidence for staff",
            "help_text": "Where staff read it; never public.",
        },
        "caveat_en": {
            "verbose_name": "English caveat",
            "help_text": "What a reader should know of doubts.",
        },
        "caveat_zh": {
            "verbose_name": "Chinese caveat",
            "help_text": "What a reader should know of doubts.",
        },
        "recorded_in": {"verbose_name": "first revision with it"},
        "replaced_in": {"verbose_name": "first revision without it"},
        "identity": {
            "verbose_name": "identity",
            "help_text": "What names it for ever: its versions follow each other under it.",
        },
        "version": {"verbose_name": "version"},
        "change": {
            "verbose_name": "kind of change",
            "help_text": "Whether the law moved, the portal was wrong, or an older "
            "rule was newly recorded.",
        },
        "value_boolean": {"verbose_name": "value: yes or no"},
        "value_number": {"verbose_name": "value: number"},
        "value_choice": {"verbose_name": "value: choice"},
        "topic": {"verbose_name": "topic"},
        "scope_kind": {
            "verbose_name": "kind of scope",
            "help_text": "Whom it binds, from wide to narrow; the narrowest "
            "that binds a city answers.",
        },
        "programme": {
            "verbose_name": "programme",
            "help_text": "Only where the scope is a programme.",
        },
        "province": {
            "verbose_name": "province",
            "help_text": "Only where the scope is a province.",
        },
        "customs_district": {
            "verbose_name": "customs district",
            "help_text": "Only where the scope is a customs district.",
        },
        "city": {"verbose_name": "city", "help_text": "Only where the scope is a city."},
        "effective_from": {"verbose_name": "in force from"},
        "effective_to": {
            "verbose_name": "last day in force",
            "help_text": "Empty where no end is recorded; a month or a year lasts to its end.",
        },
        "start_qualifier": {
            "verbose_name": "how the start is meant",
            "help_text": "Whether it holds exactly from the day, from no "
            "later than it, or from about it on.",
        },
        "state": {
            "verbose_name": "what is known",
            "help_text": "Stated: there is a value. None found: searched, nothing "
            "there, which is not a no.",
        },
        "value_type": {"verbose_name": "kind of answer"},
        "value_text_en": {"verbose_name": "value: English text"},
        "value_text_zh": {"verbose_name": "value: Chinese text"},
        "summary_en": {"verbose_name": "English summary"},
        "summary_zh": {"verbose_name": "Chinese summary"},
        "source": {"verbose_name": "source"},
        "clause": {"verbose_name": "clause", "help_text": "Where in the source it stands."},
        "clause_zh": {"verbose_name": "Chinese clause", "help_text": "The same in Chinese."},
        "verified_on": {"verbose_name": "verified on"},
        "note": {"verbose_name": "note for staff"},
        "effective_from_day": {"verbose_name": "first day in force"},
        "effective_to_day": {"verbose_name": "last day in force, as a day"},
    },
    "programme": {
        "": {"verbose_name": "programme", "verbose_name_plural": "programmes"},
        "slug": {
            "verbose_name": "key",
            "help_text": "In addresses and files; it stays once something rests on it.",
        },
        "position": {
            "verbose_name": "position",
            "help_text": "Programmes stand from wide to narrow: of two that "
            "bind a city the later one answers.",
        },
        "kind": {"verbose_name": "kind of programme"},
        "started_on": {"verbose_name": "started on"},
        "lead_agencies": {"verbose_name": "lead agencies"},
        "description_en": {"verbose_name": "English description"},
        "description_zh": {"verbose_name": "Chinese description"},
        "note": {"verbose_name": "note for staff"},
    },
    "proposedrow": {
        "change_set": {"verbose_name": "change set"},
        "key": {"help_text": "The natural key of the row as a JSON list."},
        "cells": {"verbose_name": "cells proposed"},
        "before": {
            "verbose_name": "cells before",
            "help_text": "The whole row as it was when its cells were "
            "proposed; nothing for a new one.",
        },
        "change": {
            "help_text": "Whether the law moved or the portal was wrong; "
            "worked out from the cells if empty."
        },
        "base_revision": {"verbose_name": "based on revision"},
        "version": {"verbose_name": "version"},
    },
    "province": {
        "": {"verbose_name": "province", "verbose_name_plural": "provinces"},
        "iso_3166_2": {"help_text": "CN and two letters: CN-ZJ."},
        "gb2260": {"help_text": "Six digits: 330000."},
        "region": {"verbose_name": "region"},
    },
    "revision": {
        "": {"verbose_name": "revision", "verbose_name_plural": "revisions"},
        "number": {"verbose_name": "number"},
        "published_at": {"verbose_name": "published at"},
        "author": {"verbose_name": "author"},
        "publisher": {"verbose_name": "published by"},
        "summary": {"verbose_name": "summary"},
    },
    "rowedit": {
        "": {
            "verbose_name": "edit of a proposed row",
            "verbose_name_plural": "edits of proposed rows",
        },
        "change_set": {"verbose_name": "change set"},
        "row": {"verbose_name": "proposed row"},
        "table": {"verbose_name": "table"},
        "key": {"verbose_name": "key"},
        "person": {"verbose_name": "person"},
        "name": {"verbose_name": "person's name"},
        "at": {"verbose_name": "time"},
        "said": {
            "verbose_name": "proposal after it",
            "help_text": "Nothing where the row was taken out of the set.",
        },
    },
    "setcomment": {
        "": {
            "verbose_name": "comment on a change set",
            "verbose_name_plural": "comments on change sets",
        },
        "change_set": {"verbose_name": "change set"},
        "row": {"verbose_name": "proposed row"},
        "person": {"verbose_name": "person"},
        "name": {"verbose_name": "person's name"},
        "at": {"verbose_name": "time"},
        "step": {"verbose_name": "step", "help_text": "The state that the set came to by it."},
    },
    "source": {
        "": {"verbose_name": "source", "verbose_name_plural": "sources"},
        "slug": {
            "verbose_name": "key",
            "help_text": "In addresses and files; it stays once something rests on it.",
        },
        "document_number": {"verbose_name": "document number"},
        "kind": {"verbose_name": "kind of document"},
        "title_en": {"verbose_name": "English title"},
        "title_zh": {"verbose_name": "Chinese title"},
        "issued_on": {"verbose_name": "issued on"},
        "effective_on": {"verbose_name": "takes effect on"},
        "repealed_on": {"verbose_name": "repealed on"},
        "status": {"verbose_name": "whether it is in force"},
        "official_url": {"verbose_name": "official address"},
        "seen_url": {"verbose_name": "seen at", "help_text": "Where staff read it; never public."},
        "note": {"verbose_name": "note for staff"},
        "issuers": {
            "verbose_name": "issued by",
            "help_text": "What documents call the issuers, in the order of the "
            "document, by semicolons.",
        },
    },
    "sourceissuer": {
        "": {"verbose_name": "issuer of a document", "verbose_name_plural": "issuers of documents"},
        "source": {"verbose_name": "source"},
        "issuer": {"verbose_name": "issuer"},
        "position": {"verbose_name": "position"},
        "spelling": {"verbose_name": "spelling", "help_text": "What the document calls it."},
    },
    "statistic": {
        "": {"verbose_name": "figure", "verbose_name_plural": "statistics"},
        "verification": {
            "verbose_name": "certainty",
            "help_text": "Where it was read: in the official text, in a "
            "report of it, or nowhere that counts.",
        },
        "evidence_url": {
            "verbose_name": "evidence for staff",
            "help_text": "Where staff read it; never public.",
        },
        "indicator": {"verbose_name": "indicator"},
        "year": {"verbose_name": "year"},
        "city": {"verbose_name": "city", "help_text": "Empty for the nation."},
        "release": {
            "verbose_name": "kind of figure",
            "help_text": "Which publication of the figure it is.",
        },
        "value": {"verbose_name": "figure"},
        "decimals": {"verbose_name": "decimals", "help_text": "As it was published."},
        "note_en": {"verbose_name": "English note"},
        "note_zh": {"verbose_name": "Chinese note"},
        "source_title_en": {"verbose_name": "English title of the source"},
        "source_title_zh": {"verbose_name": "Chinese title of the source"},
        "note": {"verbose_name": "note for staff"},
    },
    "topic": {
        "": {"verbose_name": "topic", "verbose_name_plural": "topics"},
        "focus_area": {"verbose_name": "focus area"},
        "slug": {
            "verbose_name": "key",
            "help_text": "In addresses and files; it stays once something rests on it.",
        },
        "position": {"verbose_name": "position"},
        "label_en": {"verbose_name": "English short head"},
        "label_zh": {
            "verbose_name": "Chinese short head",
            "help_text": "What heads it in a table; the question if empty.",
        },
        "question_en": {"verbose_name": "English question"},
        "question_zh": {"verbose_name": "Chinese question"},
        "value_type": {"verbose_name": "kind of answer"},
        "unit": {"verbose_name": "English unit"},
        "unit_zh": {"verbose_name": "Chinese unit"},
        "direction": {"verbose_name": "direction"},
        "trade_modes": {"verbose_name": "supervision codes"},
        "why_it_matters_en": {"verbose_name": "English text: why it matters"},
        "why_it_matters_zh": {"verbose_name": "Chinese text: why it matters"},
        "begins_on": {"verbose_name": "first day of any such rule"},
        "additive": {"verbose_name": "additive"},
        "descriptive": {"verbose_name": "only names things"},
        "descriptive_since": {"verbose_name": "only names things since"},
        "review_months": {"verbose_name": "months until it is read again"},
    },
    "zone": {
        "": {"verbose_name": "zone", "verbose_name_plural": "zones"},
        "verification": {
            "verbose_name": "certainty",
            "help_text": "Where it was read: in the official text, in a report "
            "of it, or nowhere that counts.",
        },
        "evidence_url": {
            "verbose_name": "evidence for staff",
            "help_text": "Where staff read it; never public.",
        },
        "caveat_en": {
            "verbose_name": "English caveat",
            "help_text": "What a reader should know of doubts.",
        },
        "caveat_zh": {
            "verbose_name": "Chinese caveat",
            "help_text": "What a reader should know of doubts.",
        },
        "recorded_in": {"verbose_name": "first revision with it"},
        "replaced_in": {"verbose_name": "first revision without it"},
        "identity": {
            "verbose_name": "identity",
            "help_text": "What names it for ever: its versions follow each other under it.",
        },
        "version": {"verbose_name": "version"},
        "change": {
            "verbose_name": "kind of change",
            "help_text": "Whether the law moved, the portal was wrong, or an older "
            "rule was newly recorded.",
        },
        "batch": {"verbose_name": "batch"},
        "city": {"verbose_name": "city"},
        "name_en": {"verbose_name": "English name"},
        "name_zh": {"verbose_name": "Chinese name"},
        "designated_on": {
            "verbose_name": "designated on",
            "help_text": "Empty where it is not known: such a zone is never in force.",
        },
        "ended_on": {
            "verbose_name": "first day without it",
            "help_text": "The first day on which the zone is no more.",
        },
        "ended_by": {"verbose_name": "document that ended it"},
        "successor": {"verbose_name": "successor"},
        "note": {"verbose_name": "note for staff"},
        "designated_day": {"verbose_name": "first day designated"},
        "ended_day": {"verbose_name": "first day without it, as a day"},
    },
}


class Migration(migrations.Migration):
    dependencies = [("zones", "0026_analysts_and_reviewers")]

    operations = [NameFields(NAMES)]
