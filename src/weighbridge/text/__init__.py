"""Strict readers for the text people write, with the place of every word.

The ground under every floor: errors that name a place, YAML without YAML's own
typing, JSON that refuses duplicate keys. It knows nothing of models or of law.
"""
