"""What is done with warrant requests, packets and past cases: one module a theme."""
