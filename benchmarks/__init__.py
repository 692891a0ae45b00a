"""One file a claim, each beside its peers in the same run."""
