"""What the whole-run benchmarks are made of."""
