"""The verbs of this step: signing in, accounts, training, tokens, papers and packs. One function an act."""
