def verdict(error):
    """What a relative error says of a gradient, in float64

    error is a number, of shape ().
    Raises: ValueError if it is negative, as |g − m| never is.
    Source: Stanford CS231n, notes on neural networks, part 3.
    """
    if error < 0:
        raise ValueError(f"a relative error is never below 0, got {error}")
    if not error <= 1e-2:  # NaN too
        return "wrong"
    if error > 1e-4:
        return "suspicious"
    return "fair" if error > 1e-7 else "right"
