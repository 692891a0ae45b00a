"""How often searches are wrong, and for whom: trials, error rates, cohorts, figures and the report."""
