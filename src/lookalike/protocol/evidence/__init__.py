"""Evidence and its descent: what comes from a face search, and what does not."""
