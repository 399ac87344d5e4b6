"""``python -m weighbridge.cli``."""

from weighbridge.cli.main import main

main()
