"""Evidence in: photographs, stills out of a recorded clip, NIST-ITL files, and the log of edits.

This file imports nothing, so that naming the room costs no time. Take what you need from its
modules:

`photo`    one photograph from bytes or a file, as 8-bit RGB, with its SHA-256
`edits`    the chain of edits: values that are applied to the original and replayed bit for bit
`clip`     what a recorded clip is, and its frames
`stills`   frames with a face in them, and one frame written losslessly with where it came from
`itl`      photographs out of ANSI/NIST-ITL transactions (`.an2`, `.nst`, `.eft`)
"""
