"""Parsers of what strangers wrote, fed with what nobody wrote."""
