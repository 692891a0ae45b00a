"""The examination: one examiner's comparison of a probe with candidates, alone and blind."""
