"""What people look at, made from summaries: tables, sentences, figures, the report."""
