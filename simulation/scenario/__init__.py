"""What differs from the baseline: events, mechanisms, layers, their reading and resolution."""
