"""The acts on the board: each one function, each with its entry, which holds the digest of what was written."""
