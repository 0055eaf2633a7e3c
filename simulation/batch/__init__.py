"""Many runs: what to run, in which pieces, by whom, put together; and runs played again."""
