"""The case site's steps: one Django app for each, in the order a case takes them, and what they share."""
