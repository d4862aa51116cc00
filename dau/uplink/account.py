"""The standing of the station with one platform: what the settings file says, and what the platform changed of it."""
