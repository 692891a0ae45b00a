"""What is done about a lineup: one module for each step."""
