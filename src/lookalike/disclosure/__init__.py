"""The packet: everything about a case's face searches in one signed file, which anybody checks and runs again."""
