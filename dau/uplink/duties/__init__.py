"""What the station does towards a platform without being asked: registration, heartbeat, clock and new keys."""
