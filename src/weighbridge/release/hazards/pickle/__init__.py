"""Pickles read by a machine that runs nothing: it keeps the stack and the memo, and tells."""
