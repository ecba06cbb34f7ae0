"""What was found, as text, JSON and pictures; nothing is decided here."""
