"""What tables of fourteen years say about parts of the model."""
