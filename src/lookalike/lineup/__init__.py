"""The science of a lineup: who stands in it, what is shown, in which order, what is said, and whether it is fair.

`fairness`      what mock witnesses' choices say about a lineup
`fillers`       fillers proposed by the witness's description, with the reason for each
`description`   what a witness said, what a record says, and whether the one fits the other
`words`         the list of words by which free text about a person is read
`pictures`      photographs made alike: one crop, one background, one light, one length in bytes
`order`         the order in which they are shown, drawn from a seed
`instructions`  what the witness is told and asked, in each language

A plain library: nobody's clock, nobody's random source, no site. It decides nothing; the protections do.
"""
