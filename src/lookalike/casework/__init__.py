"""The steps of a case, one Django app each, in the order a case takes them."""
