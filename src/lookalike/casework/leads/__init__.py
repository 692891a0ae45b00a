"""The lead sheet, and the letter that says there is no lead: what they say, and the documents they are."""
