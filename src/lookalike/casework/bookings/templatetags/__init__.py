"""Filters of the gallery desk's pages."""
