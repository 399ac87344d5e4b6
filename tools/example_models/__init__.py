"""The models of the examples, small enough to train in minutes with NumPy alone."""
