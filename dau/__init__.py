"""The data acquisition and transmission unit: from an instrument on a wire to a receipt from a platform."""
