"""Runs the migrations over the connection that ``core.migrations`` hands in."""

from alembic import context

# Each import puts its tables into Base.metadata.
import access.models
import accounts.models
import billing.case_models
import billing.models
import billing.upkeep_models
import catalog.models
import notices.models
import reports.exchange_models
import reports.experiment_models
import reports.models
import reports.ready_models
from core.db import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
