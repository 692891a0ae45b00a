"""What a comparison score is worth, as a number of strangers and as a likelihood ratio.

`reference`  what a matcher pack says about the scores of strangers, in a handful of numbers
`tail`       expected lookalikes of a score, from the probe's own strangers and that reference
`words`      the sentence a person reads, from the number, by a fixed table

`calibrators`      from a score to a likelihood ratio: logistic, isotonic, kernel densities
`crossvalidation`  nobody is judged by a calibrator that has seen them
`bounds`           how large a likelihood ratio the measured comparisons can carry
`cllr`             how good a set of likelihood ratios is, and the data of its plots
`measuring`        one image quality: which calibrator, inside which bounds, at what cost
`ratio`            what was measured for every image quality, and when a likelihood ratio may be told

The names are imported from their modules, so that `lookalike --help` never waits for SciPy.
"""
