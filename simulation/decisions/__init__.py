"""What is decided: who decides, when, about whom, by which terms, and how it is told."""
