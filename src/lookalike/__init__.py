"""Face search in which the protections are enforced by the software: leads, never identifications."""

__version__ = "0.1.0"
