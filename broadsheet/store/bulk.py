"""Many rows into one table at once, without the cost of binding each value by name.

Measured on importing 30,000 papers: naming every value of every author, link and key took a third of the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.engine.interfaces import Dialect


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert `rows`, each a tuple in the order of `columns`, which is the table's order."""
    values = list(rows)
    if not values:
        return
    dialect = connection.dialect
    to_driver = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    if any(to_driver):
        as_columns = zip(to_driver, zip(*values, strict=True), strict=True)
        values = list(zip(*(map(change, column) if change else column for change, column in as_columns), strict=True))
    connection.exec_driver_sql(_statement(dialect, table, columns), values)


def _statement(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    compiled = insert(table).compile(dialect=dialect, column_keys=list(columns))
    order = compiled.positiontup if hasattr(compiled, "positiontup") else None
    if order is not None and tuple(order) != columns:
        raise ValueError(f"columns of {table.name} must be given in the table's order: {order}")
    return str(compiled)
