"""The canonical layout of a policy file: what `fmt` writes, with every comment kept and nothing changed in meaning."""
