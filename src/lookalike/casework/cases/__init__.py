"""Cases, what witnesses said, exhibits and the stills that are chosen from them."""
