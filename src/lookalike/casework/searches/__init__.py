"""Requests for a search, their check, and the search itself."""
