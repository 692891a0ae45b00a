"""How often the matcher is wrong, and for whom."""
