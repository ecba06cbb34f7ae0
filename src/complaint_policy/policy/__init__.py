"""Policy files: read with the place of every word, checked against the schema, compiled to one frozen policy."""
