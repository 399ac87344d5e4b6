"""Benchmarks: whole processes and single judgements, each beside a baseline of the same run."""
