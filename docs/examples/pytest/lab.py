def softmax(z):
    """The softmax of a vector; it must not overflow."""
    raise NotImplementedError
