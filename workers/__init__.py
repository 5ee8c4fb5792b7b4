"""The processes that do what the outbox says: reading and translating, fetching, sweeping."""
