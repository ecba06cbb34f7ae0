"""When business is open: zones, calendars and the arithmetic of open time."""
