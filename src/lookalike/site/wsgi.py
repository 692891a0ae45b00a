"""The site for a WSGI server: `gunicorn lookalike.site.wsgi`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lookalike.site.settings")
application = get_wsgi_application()
