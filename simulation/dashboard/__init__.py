"""The page in the browser: paired histories redone while a question is still being asked."""
