"""What there is for and against somebody beside a face search, and what it came from."""
