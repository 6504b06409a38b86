"""Generated answers for tests: valid ones as Hypothesis strategies, broken ones as mutations."""
