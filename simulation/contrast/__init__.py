"""What happens when something is turned: sweeps, sensitivity, drivers, mechanisms, patterns."""
