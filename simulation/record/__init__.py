"""What a batch leaves: bands, files, provenance, and the paired comparison it ends with."""
