"""Figures: one message each, said in the title; what they share, and how they are saved."""
