"""What a store of cases keeps and promises, whichever database it keeps it in."""
