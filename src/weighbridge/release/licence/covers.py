"""What a licence may cover of a release."""

WEIGHTS, CODE, DATA, UNKNOWN = PARTS = ("weights", "code", "data", "unknown")
