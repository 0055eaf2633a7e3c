"""Questions with known answers, forecasts of them, plain rivals, pools and scores."""
