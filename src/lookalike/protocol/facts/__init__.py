"""The facts of each act: one frozen record a piece, no field with a default, and not knowing as a value."""
