"""Random policies, calendars and cases, small enough that the reference answers at once."""
