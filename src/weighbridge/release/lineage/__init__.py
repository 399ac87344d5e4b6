"""From which models a release was made: what its files declare, and what its weights show.

``declared.py`` reads words; the rest compares numbers and needs NumPy, so it is imported late.
"""
