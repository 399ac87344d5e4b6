"""A population judged at once: tables of releases, and what the law says of each row.

``docs/tables.md`` is the contract of the tables, ``docs/survey.md`` the manual.
"""
