"""Tensors stored as several: codes, and beside them scales, zero points, tables.

``known.py`` recognises them by the names and shapes beside each other and gives one tensor of the
full shape for each; the others of this folder turn rows of codes into numbers. What does not fit
together is left out with the reason: a scale that is guessed would be a wrong number.
"""
