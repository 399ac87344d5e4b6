"""What could go wrong when files of a release are loaded: read, never run."""
