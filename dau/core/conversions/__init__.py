"""From what instruments measure to what is asked for: the formulas of the standards, pure, on finite numbers.

A formula takes numbers in the units that its docstring names, and returns None where its result means nothing: air
instead of flue gas, a vacuum, a level that the flume was never measured at. What takes care of numbers that are missing
is `formula.value_of`: nothing computes with None, and no formula's NaN or infinity goes further.
"""
