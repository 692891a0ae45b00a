"""The search record: one act of searching, from the probe as received to the document that says what was done."""
