"""Where the numbers of a run come from: values, ranges, a posterior; weights by rule."""
