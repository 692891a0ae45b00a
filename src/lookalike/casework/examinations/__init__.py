"""Two people compare, blind to each other."""
