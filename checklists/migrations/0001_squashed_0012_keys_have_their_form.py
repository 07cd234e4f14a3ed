"""All tables of checklists at once, as the migrations up to 0012 make them one after the other.

A database made by some of those goes on with them.
"""

import checklists.models.evidence
import checklists.models.texts
import django.db.models.deletion
import uuid
import zones.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('checklists', '0001_initial'), ('checklists', '0002_checklists'), ('checklists', '0003_signed_is_frozen'), ('checklists', '0004_offeredfinding'), ('checklists', '0005_gate_grounds'), ('checklists', '0006_readable_texts'), ('checklists', '0007_mail_claims'), ('checklists', '0008_evidence_follows'), ('checklists', '0009_what_was_signed'), ('checklists', '0010_plain_cells'), ('checklists', '0011_last_days'), ('checklists', '0012_keys_have_their_form')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('zones', '0001_squashed_0015_years_of_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='IntakeQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('position', models.PositiveSmallIntegerField(unique=True)),
                ('question_en', models.CharField(max_length=300)),
                ('question_zh', models.CharField(max_length=300)),
                ('multiple', models.BooleanField(default=False)),
                ('why_en', models.TextField()),
                ('why_zh', models.TextField()),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^(?=.{1,60}\\Z)(?:[a-z0-9]+(-[a-z0-9]+)*)\\Z')), name='checklists_intakequestion_slug_has_its_form', violation_error_message='slug is not of the form of these keys.')],
            },
        ),
        migrations.CreateModel(
            name='IntakeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60)),
                ('label_en', models.CharField(max_length=200)),
                ('label_zh', models.CharField(max_length=200)),
                ('position', models.PositiveSmallIntegerField()),
                ('is_default', models.BooleanField(default=False)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='checklists.intakequestion')),
            ],
            options={
                'ordering': ['question__position', 'position', 'slug'],
                'constraints': [models.UniqueConstraint(fields=('question', 'slug'), name='checklists_intakechoice_is_unique'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('question',), name='checklists_intakechoice_one_default'), models.CheckConstraint(condition=models.Q(('slug__regex', '^(?=.{1,60}\\Z)(?:[a-z0-9]+(-[a-z0-9]+)*)\\Z')), name='checklists_intakechoice_slug_has_its_form', violation_error_message='slug is not of the form of these keys.')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('position', models.PositiveSmallIntegerField(unique=True)),
                ('name_en', models.CharField(max_length=200)),
                ('name_zh', models.CharField(max_length=200)),
                ('trade_mode', models.CharField(max_length=30)),
                ('audience', models.CharField(max_length=50)),
                ('audience_zh', models.CharField(max_length=50)),
                ('description_en', models.TextField()),
                ('description_zh', models.TextField()),
                ('gate_topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gated_templates', to='zones.topic')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^(?=.{1,60}\\Z)(?:[a-z0-9]+(-[a-z0-9]+)*)\\Z')), name='checklists_template_slug_has_its_form', violation_error_message='slug is not of the form of these keys.')],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verification', models.CharField(choices=[('primary', 'primary: the official text was read'), ('secondary', 'secondary: a report states it'), ('unverified', 'unverified: not checked against a document')], max_length=10)),
                ('evidence_url', models.URLField(blank=True, max_length=500)),
                ('caveat_en', models.TextField(blank=True)),
                ('caveat_zh', models.TextField(blank=True)),
                ('value_boolean', models.BooleanField(blank=True, null=True)),
                ('value_number', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True)),
                ('number', models.CharField(max_length=10)),
                ('position', models.PositiveSmallIntegerField(editable=False, help_text='Order within the template, by the number.')),
                ('title_en', models.CharField(max_length=200)),
                ('title_zh', models.CharField(max_length=200)),
                ('guidance_en', models.TextField()),
                ('guidance_zh', models.TextField()),
                ('evidence_en', models.TextField()),
                ('evidence_zh', models.TextField()),
                ('responsible_role', models.CharField(max_length=100)),
                ('responsible_role_zh', models.CharField(max_length=100)),
                ('severity', models.CharField(choices=[('mandatory', 'mandatory'), ('recommended', 'recommended')], max_length=20)),
                ('recurrence', models.CharField(choices=[('once', 'once'), ('per shipment', 'per shipment'), ('event-driven', 'event-driven'), ('monthly', 'monthly'), ('quarterly', 'quarterly'), ('half-yearly', 'half-yearly'), ('yearly', 'yearly')], max_length=20)),
                ('test_operator', models.CharField(blank=True, choices=[('=', 'is'), ('!=', 'is not')], max_length=2)),
                ('ask_operator', models.CharField(blank=True, choices=[('=', 'is'), ('!=', 'is not')], max_length=2)),
                ('effective_from', zones.models.fields.PartialDateField(blank=True, max_length=10, null=True)),
                ('effective_to', zones.models.fields.PartialDateField(blank=True, max_length=10, null=True)),
                ('clause', models.CharField(blank=True, max_length=200)),
                ('effective_from_day', models.GeneratedField(db_persist=True, expression=zones.models.fields.FirstDay(models.F('effective_from')), output_field=models.CharField(max_length=10, null=True))),
                ('asked_choice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='checklists.intakechoice')),
                ('focus_area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='zones.focusarea')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='zones.source')),
                ('tested_programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='zones.programme')),
                ('tested_topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='zones.topic')),
                ('value_choice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.choice')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='checklists.template')),
                ('effective_to_day', models.GeneratedField(db_persist=True, expression=zones.models.fields.LastDay(models.F('effective_to')), output_field=models.CharField(max_length=10, null=True))),
            ],
            options={
                'ordering': ['template__position', 'position'],
                'constraints': [models.UniqueConstraint(fields=('template', 'number'), name='checklists_requirement_number_is_unique'), models.CheckConstraint(condition=models.Q(('verification__in', ['primary', 'secondary', 'unverified'])), name='checklists_requirement_verification_is_known', violation_error_message='verification must be one of: primary, secondary, unverified.'), models.CheckConstraint(condition=models.Q(('severity__in', ['mandatory', 'recommended'])), name='checklists_requirement_severity_is_known', violation_error_message='severity must be one of: mandatory, recommended.'), models.CheckConstraint(condition=models.Q(('recurrence__in', ['once', 'per shipment', 'event-driven', 'monthly', 'quarterly', 'half-yearly', 'yearly'])), name='checklists_requirement_recurrence_is_known', violation_error_message='recurrence must be one of: once, per shipment, event-driven, monthly, quarterly, half-yearly, yearly.'), models.CheckConstraint(condition=models.Q(('effective_from__isnull', True), ('effective_from__regex', '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'), _connector='OR'), name='checklists_requirement_effective_from_is_a_date', violation_error_message='effective_from must be a date such as 2025, 2025-04 or 2025-04-25.'), models.CheckConstraint(condition=models.Q(('effective_to__isnull', True), ('effective_to__regex', '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'), _connector='OR'), name='checklists_requirement_effective_to_is_a_date', violation_error_message='effective_to must be a date such as 2025, 2025-04 or 2025-04-25.'), models.CheckConstraint(condition=models.Q(models.Q(('test_operator', ''), ('tested_programme__isnull', True), ('tested_topic__isnull', True)), models.Q(('test_operator__in', ['=', '!=']), ('tested_programme__isnull', True), ('tested_topic__isnull', False)), models.Q(('test_operator__in', ['=', '!=']), ('tested_programme__isnull', False), ('tested_topic__isnull', True)), _connector='OR'), name='checklists_requirement_has_one_test_at_most', violation_error_message='A duty has one test on the city at most.'), models.CheckConstraint(condition=models.Q(models.Q(('ask_operator', ''), ('asked_choice__isnull', True)), models.Q(('ask_operator__in', ['=', '!=']), ('asked_choice__isnull', False)), _connector='OR'), name='checklists_requirement_ask_has_an_operator'), models.CheckConstraint(condition=models.Q(('effective_to__isnull', True), ('effective_from__isnull', True), ('effective_to_day__gte', models.F('effective_from_day')), _connector='OR'), name='checklists_requirement_ends_after_its_start'), models.CheckConstraint(condition=models.Q(('number__regex', '^(?=.{1,10}\\Z)(?:([1-9]|10)[.][1-9][0-9]?[a-z]?)\\Z')), name='checklists_requirement_number_has_its_form', violation_error_message='number is not of the form of these keys.')],
            },
        ),
        migrations.CreateModel(
            name='GateValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value_boolean', models.BooleanField(blank=True, null=True)),
                ('value_number', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True)),
                ('value_choice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.choice')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gate_values', to='checklists.template')),
            ],
            options={
                'ordering': ['template', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('value_boolean__isnull', False), ('value_choice__isnull', True)), models.Q(('value_boolean__isnull', True), ('value_choice__isnull', False)), _connector='OR'), name='checklists_gatevalue_is_one_value')],
            },
        ),
        migrations.CreateModel(
            name='CalendarAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(auto_now=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_address', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'calendar addresses',
            },
        ),
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, validators=[checklists.models.texts.readable], verbose_name='title')),
                ('as_of', models.DateField()),
                ('known_at', models.PositiveIntegerField()),
                ('follows_today', models.BooleanField(default=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checklists', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checklists', to='checklists.template')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['owner', '-created_at'], name='checklists__owner_i_91ef83_idx')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, validators=[checklists.models.texts.readable], verbose_name='title')),
                ('keep_until', models.DateField(blank=True, null=True, verbose_name='keep until')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('discarded_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='EvidenceVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('file', models.FileField(blank=True, storage=checklists.models.evidence.evidence_storage, upload_to=checklists.models.evidence.random_name)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('media_type', models.CharField(blank=True, max_length=100)),
                ('size', models.PositiveBigIntegerField(blank=True, help_text='Bytes.', null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('url', models.URLField(blank=True, max_length=1000)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='checklists.evidence')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['evidence', '-number'],
                'constraints': [models.UniqueConstraint(fields=('evidence', 'number'), name='checklists_evidenceversion_is_unique'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True), ('size__isnull', False), ('url', '')), models.Q(('file', ''), ('sha256', ''), ('size__isnull', True), models.Q(('url', ''), _negated=True)), _connector='OR'), name='checklists_evidenceversion_is_a_file_or_a_link')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value_boolean', models.BooleanField(blank=True, null=True)),
                ('value_number', models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('place_name', models.CharField(blank=True, max_length=100)),
                ('said_by', models.CharField(help_text='Who said so, how: an office, a letter, a call.', max_length=300, validators=[checklists.models.texts.readable], verbose_name='said by')),
                ('note', models.TextField(blank=True, max_length=5000, validators=[checklists.models.texts.readable])),
                ('found_on', models.DateField(verbose_name='found on')),
                ('expires_on', models.DateField(help_text='The first day it no longer holds.', verbose_name='expires on')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('offered_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checklists', models.ManyToManyField(related_name='findings', to='checklists.checklist')),
                ('city', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.city')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='checklists.evidence')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.topic')),
                ('value_choice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.choice')),
                ('evidence_through', models.PositiveIntegerField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['-found_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('value_boolean__isnull', False), ('value_choice__isnull', True), ('value_number__isnull', True)), models.Q(('value_boolean__isnull', True), ('value_choice__isnull', True), ('value_number__isnull', False)), models.Q(('value_boolean__isnull', True), ('value_choice__isnull', False), ('value_number__isnull', True)), _connector='OR'), name='checklists_finding_has_one_value', violation_error_message='Give one value.'), models.CheckConstraint(condition=models.Q(models.Q(('city__isnull', False), ('place_name', '')), models.Q(('city__isnull', True), models.Q(('place_name', ''), _negated=True)), _connector='OR'), name='checklists_finding_is_for_one_place', violation_error_message='Name a city, or a place described in the checklist.'), models.CheckConstraint(condition=models.Q(('expires_on__gt', models.F('found_on'))), name='checklists_finding_expires_later', violation_error_message='A finding expires after the day it was found.')],
            },
        ),
        migrations.CreateModel(
            name='GivenAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='checklists.checklist')),
                ('choice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given', to='checklists.intakechoice')),
            ],
            options={
                'ordering': ['checklist', 'choice'],
                'constraints': [models.UniqueConstraint(fields=('checklist', 'choice'), name='checklists_givenanswer_is_said_once')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verification', models.CharField(choices=[('primary', 'primary: the official text was read'), ('secondary', 'secondary: a report states it'), ('unverified', 'unverified: not checked against a document')], max_length=10)),
                ('evidence_url', models.URLField(blank=True, max_length=500)),
                ('caveat_en', models.TextField(blank=True)),
                ('caveat_zh', models.TextField(blank=True)),
                ('number', models.CharField(max_length=10)),
                ('title_en', models.CharField(max_length=200)),
                ('title_zh', models.CharField(max_length=200)),
                ('guidance_en', models.TextField()),
                ('guidance_zh', models.TextField()),
                ('evidence_en', models.TextField()),
                ('evidence_zh', models.TextField()),
                ('responsible_role', models.CharField(max_length=100)),
                ('responsible_role_zh', models.CharField(max_length=100)),
                ('severity', models.CharField(choices=[('mandatory', 'mandatory'), ('recommended', 'recommended')], max_length=20)),
                ('recurrence', models.CharField(choices=[('once', 'once'), ('per shipment', 'per shipment'), ('event-driven', 'event-driven'), ('monthly', 'monthly'), ('quarterly', 'quarterly'), ('half-yearly', 'half-yearly'), ('yearly', 'yearly')], max_length=20)),
                ('effective_from', zones.models.fields.PartialDateField(blank=True, max_length=10, null=True)),
                ('effective_to', zones.models.fields.PartialDateField(blank=True, max_length=10, null=True)),
                ('clause', models.CharField(blank=True, max_length=200)),
                ('position', models.PositiveSmallIntegerField()),
                ('revision', models.PositiveIntegerField(help_text='What was known when it was taken up.')),
                ('status', models.CharField(choices=[('open', 'open'), ('in-progress', 'in progress'), ('done', 'done'), ('not-applicable', 'not applicable'), ('blocked', 'blocked')], default='open', max_length=14)),
                ('reason', models.TextField(blank=True, validators=[checklists.models.texts.readable])),
                ('due_on', models.DateField(blank=True, null=True)),
                ('round', models.PositiveIntegerField(default=1)),
                ('version', models.PositiveIntegerField(default=1)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='items', to=settings.AUTH_USER_MODEL)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='checklists.checklist')),
                ('focus_area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='zones.focusarea')),
                ('requirement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='items', to='checklists.requirement')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='zones.source')),
                ('due_day', models.PositiveSmallIntegerField(blank=True, help_text='The day of the month that was chosen to be due.', null=True)),
            ],
            options={
                'ordering': ['checklist', 'position', 'pk'],
                'indexes': [models.Index(fields=['checklist', 'status', 'due_on'], name='checklists__checkli_f5704a_idx'), models.Index(fields=['assignee', 'due_on'], name='checklists__assigne_21097f_idx')],
                'constraints': [models.UniqueConstraint(fields=('checklist', 'requirement'), name='checklists_item_is_taken_up_once'), models.CheckConstraint(condition=models.Q(('status__in', ['open', 'in-progress', 'done', 'not-applicable', 'blocked'])), name='checklists_item_status_is_known', violation_error_message='status must be one of: open, in-progress, done, not-applicable, blocked.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'not-applicable'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='checklists_item_not_applicable_has_a_reason', violation_error_message='Say why the duty is not applicable.')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=5000, validators=[checklists.models.texts.readable])),
                ('written_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='checklists.item')),
            ],
            options={
                'ordering': ['item', 'written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attached_at', models.DateTimeField(auto_now_add=True)),
                ('attached_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='checklists.evidence')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='checklists.item')),
                ('through', models.PositiveIntegerField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['item', 'attached_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('item', 'evidence'), name='checklists_attachment_is_said_once')],
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('started', 'started'), ('answered', 'changed the answers'), ('set-status', 'set the status'), ('assigned', 'assigned'), ('set-due', 'set the due day'), ('commented', 'commented'), ('attached', 'attached evidence'), ('detached', 'detached evidence'), ('renewed', 'handed in a newer version'), ('kept', 'said until when evidence is kept'), ('discarded', 'discarded the files of evidence'), ('found', 'recorded a finding'), ('withdrew', 'withdrew a finding'), ('offered', 'offered a finding to the analysts'), ('shared', 'shared'), ('unshared', 'stopped sharing'), ('handed-over', 'handed over'), ('accepted', 'accepted changes of the law'), ('renamed', 'renamed'), ('closed', 'closed'), ('reopened', 'reopened')], max_length=12)),
                ('detail', models.JSONField(default=dict)),
                ('done_at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='checklists.checklist')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='log', to='checklists.item')),
            ],
            options={
                'verbose_name_plural': 'log entries',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['checklist', '-id'], name='checklists__checkli_750d0e_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('act__in', ['started', 'answered', 'set-status', 'assigned', 'set-due', 'commented', 'attached', 'detached', 'renewed', 'kept', 'discarded', 'found', 'withdrew', 'offered', 'shared', 'unshared', 'handed-over', 'accepted', 'renamed', 'closed', 'reopened'])), name='checklists_logentry_act_is_known', violation_error_message='act must be one of: started, answered, set-status, assigned, set-due, commented, attached, detached, renewed, kept, discarded, found, withdrew, offered, shared, unshared, handed-over, accepted, renamed, closed, reopened.')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('moved', 'the law moved'), ('coming', 'the law is about to move'), ('due', 'due soon'), ('overdue', 'overdue'), ('assigned', 'assigned to you'), ('shared', 'shared with you'), ('evidence', 'your evidence'), ('finding-expires', 'your own finding expires')], max_length=15)),
                ('occasion', models.CharField(max_length=100)),
                ('detail', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='checklists.checklist')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='checklists.item')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('claim', models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('mail_after', models.DateTimeField(blank=True, editable=False, null=True)),
                ('refusals', models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user', '-made_at'], name='checklists_notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('user', 'checklist', 'subject', 'occasion'), name='checklists_notice_is_said_once'), models.CheckConstraint(condition=models.Q(('subject__in', ['moved', 'coming', 'due', 'overdue', 'assigned', 'shared', 'evidence', 'finding-expires'])), name='checklists_notice_subject_is_known', violation_error_message='subject must be one of: moved, coming, due, overdue, assigned, shared, evidence, finding-expires.')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(blank=True, max_length=100, validators=[checklists.models.texts.readable])),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='checklists.checklist')),
                ('city', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.city')),
                ('customs_district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.customsdistrict')),
                ('province', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.province')),
            ],
            options={
                'ordering': ['checklist', 'position'],
                'constraints': [models.UniqueConstraint(fields=('checklist', 'position'), name='checklists_place_position_is_unique'), models.UniqueConstraint(fields=('checklist', 'city'), name='checklists_place_city_is_said_once'), models.CheckConstraint(condition=models.Q(models.Q(('city__isnull', False), ('customs_district__isnull', True), ('name', ''), ('province__isnull', True)), models.Q(('city__isnull', True), ('customs_district__isnull', False), ('province__isnull', False), models.Q(('name', ''), _negated=True)), _connector='OR'), name='checklists_place_is_a_city_or_described', violation_error_message='Name a city, or a name, a province and a district.'), models.UniqueConstraint(condition=models.Q(('name', ''), _negated=True), fields=('checklist', 'name'), name='checklists_place_name_is_said_once', violation_error_message='Give places different names.')],
            },
        ),
        migrations.CreateModel(
            name='Ground',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('included', 'included'), ('excluded', 'excluded'), ('to-confirm', 'to-confirm')], max_length=10)),
                ('why', models.CharField(choices=[('always', 'always'), ('start-unknown', 'start-unknown'), ('not-yet', 'not-yet'), ('ended', 'ended'), ('place-holds', 'place-holds'), ('place-fails', 'place-fails'), ('place-unknown', 'place-unknown'), ('programme-holds', 'programme-holds'), ('programme-fails', 'programme-fails'), ('company-holds', 'company-holds'), ('company-fails', 'company-fails'), ('company-unknown', 'company-unknown')], max_length=20)),
                ('finding', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checklists.finding')),
                ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.policy')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grounds', to='checklists.item')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grounds', to='checklists.place')),
            ],
            options={
                'ordering': ['item', 'place'],
                'constraints': [models.UniqueConstraint(fields=('item', 'place'), name='checklists_ground_is_said_once')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('open', 'open'), ('in-progress', 'in progress'), ('done', 'done'), ('not-applicable', 'not applicable'), ('blocked', 'blocked')], max_length=14)),
                ('reason', models.TextField(blank=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('closed_at', models.DateTimeField()),
                ('signed', models.JSONField()),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='checklists.item')),
            ],
            options={
                'ordering': ['item', 'number'],
                'constraints': [models.UniqueConstraint(fields=('item', 'number'), name='checklists_round_is_unique'), models.CheckConstraint(condition=models.Q(('status__in', ('done', 'not-applicable'))), name='checklists_round_is_settled')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', 'viewer'), ('editor', 'editor')], max_length=6)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='checklists.checklist')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['checklist', 'user'],
                'constraints': [models.UniqueConstraint(fields=('checklist', 'user'), name='checklists_share_is_said_once'), models.CheckConstraint(condition=models.Q(('role__in', ['viewer', 'editor'])), name='checklists_share_role_is_known', violation_error_message='role must be one of: viewer, editor.')],
            },
        ),
        migrations.CreateModel(
            name='OfferedFinding',
            fields=[
            ],
            options={
                'proxy': True,
            },
            bases=('checklists.finding',),
        ),
        migrations.CreateModel(
            name='GateGround',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('included', 'included'), ('excluded', 'excluded'), ('to-confirm', 'to-confirm')], max_length=10)),
                ('why', models.CharField(choices=[('always', 'always'), ('start-unknown', 'start-unknown'), ('not-yet', 'not-yet'), ('ended', 'ended'), ('place-holds', 'place-holds'), ('place-fails', 'place-fails'), ('place-unknown', 'place-unknown'), ('programme-holds', 'programme-holds'), ('programme-fails', 'programme-fails'), ('company-holds', 'company-holds'), ('company-fails', 'company-fails'), ('company-unknown', 'company-unknown')], max_length=20)),
                ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='zones.policy')),
                ('finding', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checklists.finding')),
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='gate_ground', to='checklists.place')),
            ],
            options={
                'ordering': ['place'],
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('borrowed', models.BooleanField(default=False)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='checklists.evidence')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='checklists.round')),
            ],
            options={
                'ordering': ['round', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('round', 'evidence'), name='checklists_proof_is_said_once')],
            },
        ),
    ]
