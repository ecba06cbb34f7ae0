"""Many cases at once: files and tables of them, read one by one."""
