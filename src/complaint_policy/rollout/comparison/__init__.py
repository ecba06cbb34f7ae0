"""What a new policy changes for real cases, and which edit of it brings each change."""
