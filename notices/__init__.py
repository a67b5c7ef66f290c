"""Which e-mail is owed to whom, in which words, and the ledger of what was sent."""
