"""Grades a class: engines that run many submissions, a store that loses none, comparisons of runs."""
