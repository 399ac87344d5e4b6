"""Fuzzing of what reads strangers' bytes: ``python -m bench.fuzz [TARGET …]``."""
