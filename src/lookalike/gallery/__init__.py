"""Templates at rest: enrolment, exact search, snapshots."""
