"""Archives and compressed streams, read with limits and by their own headers."""
