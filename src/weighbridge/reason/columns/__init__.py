"""The law specialised to the columns of a table: what the bit planes and SQL are made from."""

from weighbridge.reason.columns.circuit import Circuit, Pair
from weighbridge.reason.columns.specialised import (
    Answer,
    Force,
    Question,
    Specialised,
    specialise,
)
from weighbridge.reason.columns.table import Column, Table

__all__ = [
    "Answer",
    "Circuit",
    "Column",
    "Force",
    "Pair",
    "Question",
    "Specialised",
    "Table",
    "specialise",
]
