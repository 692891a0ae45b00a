"""The case site: one Django app for each step of a case, in the order a case takes them."""
