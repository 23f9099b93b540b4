"""SQL without opinions: rows go in, records come out, and nobody above sees a session."""
