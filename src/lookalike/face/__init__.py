"""Pixels to template: the matcher pack, the detector, the alignment, the embedder, the quality."""
