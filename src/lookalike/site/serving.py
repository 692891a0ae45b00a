"""How gunicorn serves the site: `gunicorn --config python:lookalike.site.serving lookalike.site.wsgi`."""

from __future__ import annotations

worker_class = "gthread"
workers = 2
threads = 4
timeout = 120
keepalive = 75  # seconds: whoever reads a page for a while asks for the next on the same connection
graceful_timeout = 15
loglevel = "warning"
control_socket_disable = True  # two sites of one machine would share it
limit_request_line = 8190
