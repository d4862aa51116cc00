"""From readings to what is owed: the recorder stores samples, the closer makes statistics and records of them."""
