"""Measures what the site promises about speed, freshness and size, beside its peers: a command
(`make benchmark`), never a test. What it finds is written to docs/performance.md."""
