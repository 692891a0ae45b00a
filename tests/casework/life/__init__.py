"""The life of a case, from its first still to a warrant: everybody who works there, and every verb of the services as
one call by somebody. Nothing is rendered and no face is compared: what a search returns is recorded once.
"""
