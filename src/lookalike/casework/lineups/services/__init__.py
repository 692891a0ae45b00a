"""What people do with lineups: each act with its entry."""
