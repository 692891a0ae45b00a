"""Blind examinations of a probe and its candidates, and the known-answer trials of the examiners."""
