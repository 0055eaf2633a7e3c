"""Questions with known answers, forecasts of them, plain rivals, and scores."""
