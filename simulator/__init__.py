"""A make-believe site: plant physics, instruments on real ports, faults on a timeline, and the demonstration."""
