"""The protections: what each act of a face search needs, as rules that decide, cite, and cannot be quietly skipped.

facts       what is known of an act; nothing has a default, and what is not known is `UNKNOWN`
rules       R01 to R25, each a list of checks on facts and parameters
policy      entries (rule, parameters, citation) of all packs that are layered; nothing merges
decide      one act under one policy: allowed only when somebody ruled on it and no entry refuses
needs       for a refused act: the smallest set of missing facts, and whose they are to supply
offences    NIBRS codes and the statutes behind them
evidence    which evidence comes from the search, and which does not
"""
