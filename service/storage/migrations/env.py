"""Alembic's entry: runs on the connection that `service.storage.migrate` hands over."""

from __future__ import annotations

from alembic import context

from service.enquiries import desk_model, door_model, model  # noqa: F401  (registers the tables)
from service.storage import tasks  # noqa: F401
from service.storage.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
