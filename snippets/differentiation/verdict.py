def verdict(error):
    """What a relative error says of a gradient, in float64

    Source: Stanford CS231n, notes on neural networks, part 3.
    """
    if not error <= 1e-2:  # NaN too
        return "wrong"
    if error > 1e-4:
        return "suspicious"
    return "fair" if error > 1e-7 else "right"
