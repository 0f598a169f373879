"""Messages out: the outbox folder and SMTP."""
