"""The figures of an evaluation: a function each, from plain results to a matplotlib figure, and from that to SVG."""
