"""Django's PostgreSQL back end, which waits for a server that is starting again (settings, DATABASES)."""
