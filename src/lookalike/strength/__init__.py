"""What a comparison score is worth, as a number of strangers.

`reference`  what a matcher pack says about the scores of strangers, in a handful of numbers
`tail`       expected lookalikes of a score, from the probe's own strangers and that reference
`words`      the sentence a person reads, from the number, by a fixed table

The names are imported from their modules, so that `lookalike --help` never waits for SciPy.
"""
