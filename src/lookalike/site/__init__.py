"""The frame of the case site: settings, addresses, the page that every other page stands in, static files."""
