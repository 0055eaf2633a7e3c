"""Everything a person writes comes through here: problems, the strict YAML reader, validation."""
