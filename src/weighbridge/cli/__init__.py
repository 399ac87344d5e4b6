"""The command line: one thin file a command, loaded when it is called."""

from weighbridge.cli.main import main

__all__ = ["main"]
