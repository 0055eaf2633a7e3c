"""Many runs: batches and their records, comparisons, and what is built on them."""
