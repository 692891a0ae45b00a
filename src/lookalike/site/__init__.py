"""The site: settings, addresses, the page frame, static files, and how the REST API is put together."""
