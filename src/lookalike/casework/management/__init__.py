"""Commands of the site, for `python -m django`."""
