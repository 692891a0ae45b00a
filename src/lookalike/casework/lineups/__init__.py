"""Lineups: witnesses, fillers, the mock-witness test, the holding and its report."""
