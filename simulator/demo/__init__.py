"""The unit at work, for everybody to see: two simulated plants, two real stations, two real receivers, one verdict."""
