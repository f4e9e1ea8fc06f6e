"""Data sets, training, the statistics of accuracies, devices."""
