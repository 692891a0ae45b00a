"""The record nobody can quietly change: entries, their tree, signed checkpoints, witnesses.

`acts`, `entry`, `canonical`  what is recorded, and how it is spelt
`tree`                        hashing, growing, inclusion and consistency proofs (RFC 6962)
`note`, `checkpoint`          signed notes and what travels in them (C2SP)
`keys`, `slots`               keys that sign, and keys that are destroyed to erase
`store`                       what a ledger asks of its place; `file_store` and `transaction_store` give it
`ledger`, `folder`            recording, signing, proving, erasing
`witness`, `policy`           who else has seen a checkpoint, and who is trusted
`export`, `tiles`             what an outsider is given
`verify`                      every row where it stands; `verify_ledger` is the outsider's, one file for itself
"""
