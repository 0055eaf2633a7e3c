"""What the documents and data say: the files, their reader, the account of facts, the catalogue."""
