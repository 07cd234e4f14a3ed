"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from cbec_portal.time_limits import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")

application = get_wsgi_application()
limit_statements()
